/**
 * An emulator of Amazon EC2 and its instance metadata service, for tests: the wire format of {@code ec2} (Query protocol,
 * XML answers, signatures of version 4 verified) over a {@link io.enim.provider.fake.region.SimulatedRegion}. Begin at
 * {@link io.enim.emulator.ec2.Ec2Emulator}.
 *
 * <p>The region decides what a call does and whether it is refused; this package decides the wire format and loses
 * requests and answers. It answers the calls that ENIM needs and refuses others as EC2 refuses an unknown action.
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
