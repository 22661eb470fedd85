/** The whole page: signed in or not, and which page the address names. Pages are loaded when they are first opened. */
import { lazy, Suspense, useSyncExternalStore } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { WithLive } from './http/live.js';
import { Boundary } from './parts/boundary.js';
import { Nothing, Loading } from './parts/states.js';
import { PageFrame } from './parts/page.js';
import { WithMe } from './session/me.js';
import { session } from './session/session.js';
import { SignIn } from './session/sign-in.js';
import { Shell } from './shell/shell.js';

const Overview = lazy(() => import('./pages/overview/overview.js'));
const Lists = lazy(() => import('./pages/lists/lists.js'));
const Entity = lazy(() => import('./pages/entity/entity.js'));
const Reviews = lazy(() => import('./pages/reviews/reviews.js'));
const Reconciliation = lazy(() => import('./pages/reconciliation/reconciliation.js'));
const Dependencies = lazy(() => import('./pages/dependencies/dependencies.js'));
const Catastrophes = lazy(() => import('./pages/catastrophes/catastrophes.js'));
const Fleet = lazy(() => import('./pages/fleet/fleet.js'));
const Audit = lazy(() => import('./pages/audit/audit.js'));
const Faults = lazy(() => import('./pages/faults/faults.js'));

/** Asks to sign in, or shows the page of the address. */
export function App() {
  const [location] = useLocation();
  const state = useSyncExternalStore(session.subscribe, session.snapshot);
  if (state === 'out') return <SignIn />;
  return (
    <WithMe>
      <WithLive>
        <Shell>
          <Boundary key={location}>
            <Suspense fallback={<Loading />}>
              <Switch>
                <Route path="/" component={Overview} />
                <Route path="/entities" component={Lists} />
                <Route path="/entities/:lifecycle/:id" component={Entity} />
                <Route path="/reviews" component={Reviews} />
                <Route path="/reconciliation" component={Reconciliation} />
                <Route path="/dependencies" component={Dependencies} />
                <Route path="/catastrophes/:code?" component={Catastrophes} />
                <Route path="/fleet" component={Fleet} />
                <Route path="/faults" component={Faults} />
                <Route path="/audit" component={Audit} />
                <Route>
                  <PageFrame title="No such page">
                    <Nothing title="There is nothing at this address">The menu leads to everything there is.</Nothing>
                  </PageFrame>
                </Route>
              </Switch>
            </Suspense>
          </Boundary>
        </Shell>
      </WithLive>
    </WithMe>
  );
}
