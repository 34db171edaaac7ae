/** How an ENI of the fake region becomes a device: in memory, as a veth pair, or by a command. */
@NullMarked
package io.enim.provider.fake.plug;

import org.jspecify.annotations.NullMarked;
