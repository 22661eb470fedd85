import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';

/** Bundles a test's own workflow module, which also exports its interceptors. */
export function bundleOf(module: URL): Promise<WorkflowBundleWithSourceMap> {
  const workflowsPath = fileURLToPath(module);
  return bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [workflowsPath],
    logger: new DefaultLogger('WARN'),
  });
}
