/** The picture, loaded when it is first shown: what draws it is larger than all the rest of the page. */
import { lazy, Suspense } from 'react';
import { Loading } from '../states.js';
import type { DiagramProps } from './diagram.js';

const Diagram = lazy(() => import('./diagram.js'));

/** As `Diagram`. */
export function LazyDiagram(props: DiagramProps) {
  return (
    <Suspense fallback={<Loading label="Drawing" />}>
      <Diagram {...props} />
    </Suspense>
  );
}
