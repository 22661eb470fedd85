import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows } from '../../../workers/workflow-bundle.js';

/** Bundles a test's own workflow module, which also exports its interceptors. */
export function bundleOf(module: URL): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflows({ root: fileURLToPath(module) });
}
