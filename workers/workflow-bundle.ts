/** Bundles workflow code, in one way for workers, replay and tests, so that what is tried is what runs. */
import {
  bundleWorkflowCode,
  DefaultLogger,
  type BundleOptions,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The compiled code lies beside the compiled fleet, the sources beside its sources. */
const EXTENSION = path.extname(import.meta.url);
/** Of this module's own kind, like {@link workflows}. */
const TRACE_HEADERS = fileURLToPath(new URL(`./trace-headers${EXTENSION}`, import.meta.url));
const workflows = (file: string): string => fileURLToPath(new URL(`../workflows/${file}${EXTENSION}`, import.meta.url));

/** What may differ from one bundle to another. */
export interface WorkflowCode {
  /** The module that exports the workflows and their `interceptors`. Default: the product's. */
  readonly root?: string;
  /** Modules whose `interceptors` come after those of the root. */
  readonly interceptors?: readonly string[];
  readonly webpackConfigHook?: BundleOptions['webpackConfigHook'];
}

/**
 * The bundle of some workflow code, with the kernel's payload converter in it. Takes about a second.
 * @throws Error where a module cannot be compiled or found; the bundler's own message is on standard error by then.
 */
export function bundleWorkflows(code: WorkflowCode = {}): Promise<WorkflowBundleWithSourceMap> {
  const { root = workflows('index'), interceptors = [], webpackConfigHook } = code;
  return bundleWorkflowCode({
    workflowsPath: root,
    workflowInterceptorModules: [root, TRACE_HEADERS, ...interceptors],
    // Loaded once for all executions of a worker: a cached entity costs its state, not a copy of the code.
    preloadModules: [root],
    payloadConverterPath: workflows('lifecycle/payload-converter'),
    logger: new DefaultLogger('WARN'),
    ...(webpackConfigHook && { webpackConfigHook }),
  });
}
