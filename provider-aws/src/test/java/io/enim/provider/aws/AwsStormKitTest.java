package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.emulator.adapter.AdapterFixture;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.EniCloud;
import io.enim.provider.fake.region.Subnet;
import io.enim.provider.tck.StormKit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The adapter in a storm on EC2's wire: no ENI twice, none leaked, no index twice. */
@Tag("slow")
class AwsStormKitTest extends StormKit {
    @Override
    protected AdapterFixture open() {
        Subnet one = AdapterFixture.subnet("subnet-1", Ec2TestFixture.ZONE, "10.0.1.0/29");
        Subnet other = AdapterFixture.subnet("subnet-2", Ec2TestFixture.ZONE, "10.0.2.0/29");
        return new Ec2TestFixture(6, one, other).with("subnets", "subnet-1,subnet-2");
    }

    @Test
    void attachingAtOnceGivesEachAnIndexOfItsOwn() throws Exception {
        AdapterFixture fixture = open();
        EniCloud one = fixture.cloud();
        EniCloud other = fixture.cloud();
        List<String> made = IntStream.range(0, 4)
                .mapToObj(i -> one.create(fixture.request()).id())
                .toList();
        List<FutureTask<Boolean>> attaching = new ArrayList<>();
        for (String id : made) {
            EniCloud cloud = attaching.size() % 2 == 0 ? one : other;
            attaching.add(new FutureTask<>(() -> cloud.attach(id, new AttachRequest("attach-" + id)), true));
        }
        attaching.forEach(task -> new Thread(task, "attaching").start());
        for (FutureTask<Boolean> each : attaching) {
            each.get(1, TimeUnit.MINUTES);
        }
        assertThat(one.describe()).hasSize(4).extracting(CloudEni::number).containsExactlyInAnyOrder(1, 2, 3, 4);
        fixture.close();
    }
}
