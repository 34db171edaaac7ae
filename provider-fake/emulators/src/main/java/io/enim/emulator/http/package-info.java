/**
 * The HTTP server of all emulators. Entry type: {@link io.enim.emulator.http.HttpEmulator}.
 *
 * <p>Threads: one for each request under way; they end with the server.
 *
 * <p>Not promised: anything but plain HTTP on the loopback address, for tests.
 */
@NullMarked
package io.enim.emulator.http;

import org.jspecify.annotations.NullMarked;
