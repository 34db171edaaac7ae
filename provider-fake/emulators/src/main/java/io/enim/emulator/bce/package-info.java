/**
 * A stand-in for Baidu AI Cloud's ENI API and its metadata service, for tests: BCE's JSON over HTTP with
 * {@code bce-auth-v1} checked, around the model of {@link io.enim.provider.fake.model}. Begin at
 * {@link io.enim.emulator.bce.BceEmulator}.
 *
 * <p>What the cloud does, refuses and loses is the model's; only how that looks on the wire is decided here. It answers
 * the calls ENIM needs, and some beside.
 *
 * <p><b>Threads.</b> Safe for concurrent use; every request has a thread of its own, and {@code close} ends them.
 *
 * <p><b>Speed.</b> The JDK's server writes header and body apart; with {@code -Dsun.net.httpserver.nodelay=true} an answer
 * does not wait for 40 ms between them.
 *
 * <p><b>Invariants.</b> It listens on the loopback address only, at a port the system chose. A request whose signature
 * does not match changes nothing.
 *
 * <p><b>Not promised.</b> Where BCE documents nothing it is a guess: that the name filter takes a beginning, the error
 * code for a state that does not allow a call, and whether the quota counts what is on its way.
 */
@NullMarked
package io.enim.emulator.bce;

import org.jspecify.annotations.NullMarked;
