import { Component } from "react";

interface GuardedProps {
  /** What stands in place of the children once drawing them has failed. */
  fallback: React.ReactNode;
  children: React.ReactNode;
}

/** Keeps a fault in drawing its children from taking the rest of the page with it. */
export class Guarded extends Component<GuardedProps, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? this.props.fallback : this.props.children;
  }
}
