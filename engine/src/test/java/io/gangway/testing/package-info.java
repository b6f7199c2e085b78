/**
 * What tests of every package share: waiting, time bounds, logs and certificates. And here stands which fixture is for what.
 *
 * <h2>Where a test stands</h2>
 *
 * <p>A test stands in the package of what it tests, so that a change there and its test are seen together; it may drive the
 * whole server for that. What belongs to no one package stands in {@code io.gangway.wire}: bytes go in and bytes come out,
 * whatever lies between. The guide's Java stands in {@code io.gangway.guide}.
 *
 * <h2>Clients</h2>
 *
 * <p>All in {@code io.gangway.clients}. The first that will do is the right one:
 *
 * <ul>
 *   <li>{@link io.gangway.clients.WireClient}: packets over a WebSocket, shown word for word; answers pings. For what an
 *       application or its client notices.
 *   <li>{@link io.gangway.clients.ReturningClient}: the same, and remembers what the stock client does to get its session back.
 *   <li>{@link io.gangway.clients.PollingClient}: the same by long polling, and plain HTTP requests.
 *   <li>{@link io.gangway.clients.PlainClient}: a WebSocket without Engine.IO, with the words of its Close frame.
 *   <li>{@link io.gangway.clients.RawClient}: a TCP or TLS connection on which every byte is the test's: HTTP and WebSocket
 *       frames, sound or broken, with buffers of chosen sizes. Answers nothing unasked.
 *   <li>{@link io.gangway.clients.RealClient}: a socket of a stock client in either language, for what has to work with these
 *       as they are. {@link io.gangway.clients.OkHttpClients} are the official Java client's,
 *       {@link io.gangway.clients.NodeClients} the official JavaScript client's under Node; one process serves a whole test
 *       class. {@code RealClientContract} holds what both find.
 *   <li>{@link io.gangway.testing.FaultProxy}: the network between a client and a server, or a server and its Redis, for the
 *       test to break.
 *   <li>{@link io.gangway.clients.NodeProcess}: any script of {@code src/test/js}, for what no stock client does.
 * </ul>
 *
 * <h2>Servers</h2>
 *
 * <ul>
 *   <li>{@link io.gangway.engineio.BareEngineIo}: Engine.IO over HTTP with nothing above it.
 *   <li>{@code EngineIoFixture}, {@code FakeTransport}, {@code FakeExchange} and {@code FakeHall} in
 *       {@code io.gangway.engineio}: sessions with nothing below them, and time in the test's hands.
 *   <li>{@code FakeConnection} in {@code io.gangway.tasks}: a client's queue with no client, and every step in the test's hands.
 *   <li>{@code FakeCluster} in {@code io.gangway}: the other nodes are the test.
 *   <li>{@link io.gangway.cluster.Bystander}: a node without an engine.
 *   <li>{@code RecoveryFixture} in {@code io.gangway}: engines that give sessions back, and who came and left.
 *   <li>{@code RecoveringNodes} in {@code io.gangway}: the same, as nodes of one cluster, and the test decides who comes in.
 *   <li>{@code HesitantCluster} in {@code io.gangway}: a broker that takes messages and sessions when the test lets it.
 *   <li>{@link io.gangway.ClusterContract}: what every cluster does; a backend's test extends it.
 *   <li>{@link io.gangway.Holdings}: what an engine holds: a test ends with nothing left.
 *   <li>{@code Around} in {@code io.gangway}: interceptors of one stage, as lambdas.
 * </ul>
 *
 * <h2>Time, logs, keys</h2>
 *
 * <ul>
 *   <li>{@link io.gangway.testing.Eventually}: waits for a thing that another thread brings about, never for a time.
 *   <li>{@link io.gangway.testing.TimeBound}: how long something may take, on a busy machine too.
 *   <li>{@link io.gangway.tasks.ManualClock}: time that passes when the test says so; {@code MovedClock} in
 *       {@code io.gangway.auth} for tokens that expire.
 *   <li>{@link io.gangway.testing.CleanLog}: fails a test that leaves a warning or an error in the log which it did not
 *       expect. {@link io.gangway.testing.CapturedLog}: what was logged, where that is what the test is about.
 *       {@code VerboseLog} in {@code io.gangway.auth} has it down to trace, {@code RecordedLog} in
 *       {@code io.gangway.interceptors} with the MDC.
 *   <li>{@link io.gangway.testing.Jdeps}: which classes name which, for the tests of the map.
 *   <li>{@link io.gangway.testing.Snippets}: holds a page's Java against the tests that run it.
 *   <li>{@link io.gangway.testing.Certificates}: keys and certificates, made for the test.
 *   <li>{@link io.gangway.testing.Fuzzing}: many generated inputs for one reader, each within time and memory.
 *   <li>{@link io.gangway.testing.LiveObjects}: how many of our objects, and of their bytes, the collector leaves.
 * </ul>
 */
package io.gangway.testing;
