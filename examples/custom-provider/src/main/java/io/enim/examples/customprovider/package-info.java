/**
 * A vendor's provider in its own jar. The cloud is a rack whose controller plugs ports into machines. Entry type:
 * {@link io.enim.examples.customprovider.RackProviderFactory}, found under the name {@code rack}.
 *
 * <p>{@link io.enim.examples.customprovider.Rack} takes the place of the controller that a vendor already has; here it is in
 * memory. {@link io.enim.examples.customprovider.RackCloud} is all that a vendor writes: one method for each cloud call.
 * ENIM does the pooling.
 *
 * <p><b>Threads.</b> Safe for concurrent use. <b>Not promised.</b> Devices: a rack in memory plugs nothing into a machine.
 */
@NullMarked
package io.enim.examples.customprovider;

import org.jspecify.annotations.NullMarked;
