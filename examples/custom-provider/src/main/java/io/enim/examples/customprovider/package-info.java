/**
 * A vendor's provider in a jar of its own: the cloud is a rack whose controller plugs ports into machines. Begin at
 * {@link io.enim.examples.customprovider.RackProviderFactory}, found under the name {@code rack}.
 *
 * <p>{@link io.enim.examples.customprovider.Rack} stands for what a vendor has already, the controller; it is in memory
 * here. {@link io.enim.examples.customprovider.RackCloud} is all that a vendor writes: one method for each wish. ENIM does
 * the pooling.
 *
 * <p><b>Threads.</b> Safe for concurrent use. <b>Not promised.</b> Devices: a rack in memory plugs nothing into a machine.
 */
@NullMarked
package io.enim.examples.customprovider;

import org.jspecify.annotations.NullMarked;
