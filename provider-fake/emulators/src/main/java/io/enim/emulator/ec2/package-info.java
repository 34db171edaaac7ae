/**
 * A stand-in for Amazon EC2 and its instance metadata service, for tests: the wire of {@code ec2} (Query protocol, XML
 * answers, signatures of version 4 checked) around the model cloud of provider-fake. Begin at
 * {@link io.enim.emulator.ec2.Ec2Emulator}.
 *
 * <p>What the cloud does, refuses and loses is the model's; only how that looks on the wire is decided here. It answers
 * the calls ENIM needs and refuses others as EC2 refuses an unknown action.
 *
 * <p><b>Threads.</b> Safe for concurrent use; every request has a thread of its own, and {@code close} ends them.
 *
 * <p><b>Invariants.</b> It listens on the loopback address only, at a port the system chose. A request whose signature
 * does not match changes nothing.
 *
 * <p><b>Not promised.</b> Prices, regions, permissions, and every field of EC2's answers. Where EC2's documentation
 * leaves a code or text open, it answers what clients in the field were seen to match on.
 */
@NullMarked
package io.enim.emulator.ec2;

import org.jspecify.annotations.NullMarked;
