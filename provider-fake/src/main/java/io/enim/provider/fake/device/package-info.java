/** Network devices in memory, with faults: the device SPI without a kernel. */
@NullMarked
package io.enim.provider.fake.device;

import org.jspecify.annotations.NullMarked;
