/** What passes on the traffic of one service port; disposing of it ends its connections. */
export type Relay = Disposable;
