/** A page that fails says so, and the frame around it stays. */
import { Component, type ReactNode } from 'react';
import { Trouble } from './states.js';

interface Props {
  readonly children: ReactNode;
}

/** Shows what is below, or what went wrong in drawing it. With another key it begins anew. */
export class Boundary extends Component<Props, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (!('error' in this.state)) return this.props.children;
    return <Trouble error={this.state.error} retry={() => window.location.reload()} />;
  }
}
