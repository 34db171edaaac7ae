/**
 * An emulator of Baidu AI Cloud's ENI API and its metadata service, for tests: BCE's JSON over HTTP, with
 * {@code bce-auth-v1} verified, over a {@link io.enim.provider.fake.region.SimulatedRegion}. Begin at
 * {@link io.enim.emulator.bce.BceEmulator}.
 *
 * <p>The region decides what a call does, whether it is refused and whether its answer is lost; this package decides the
 * wire format. It answers the calls that ENIM needs, and some others.
 *
 * <p><b>Threads.</b> Safe for concurrent use; every request has a thread of its own, and {@code close} ends them.
 *
 * <p><b>Speed.</b> The JDK's server writes header and body apart; with {@code -Dsun.net.httpserver.nodelay=true} an answer
 * does not wait for 40 ms between them.
 *
 * <p><b>Invariants.</b> It listens on the loopback address only, at a port the system chose. A request whose signature
 * does not match changes nothing.
 *
 * <p><b>Not promised.</b> Where BCE documents nothing this is a guess: that the name filter takes a prefix, the error code for
 * a state that does not allow a call, and whether the quota counts ENIs that are being attached.
 */
@NullMarked
package io.enim.emulator.bce;

import org.jspecify.annotations.NullMarked;
