package io.enim.provider.bce;

import io.enim.emulator.adapter.AdapterFixture;
import io.enim.provider.fake.region.Subnet;
import io.enim.provider.tck.CloudFixture;
import io.enim.provider.tck.StormKit;
import org.junit.jupiter.api.Tag;

/** The adapter in a storm on BCE's wire: no ENI twice, none leaked. */
@Tag("slow")
class BceStormKitTest extends StormKit {
    @Override
    protected CloudFixture open() {
        Subnet one = AdapterFixture.subnet("sbn-1", BceTestFixture.ZONE, "10.0.1.0/29");
        Subnet other = AdapterFixture.subnet("sbn-2", BceTestFixture.ZONE, "10.0.2.0/24", "2001:db8:2::/64");
        return new BceTestFixture(6, one, other).with("subnets", "sbn-1,sbn-2");
    }
}
