/**
 * A cloud for laptops and tests. Entry: {@link io.enim.provider.fake.FakeProviderFactory}, found under the name
 * {@code fake}; its devices are either in memory ({@link io.enim.provider.fake.device.InMemoryDevices}) or real veth devices.
 *
 * <p>Safe for concurrent use. Not promised: any resemblance to the speed of a cloud beyond the latencies that are set.
 */
@NullMarked
package io.enim.provider.fake;

import org.jspecify.annotations.NullMarked;
