package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.EniCloud;
import io.enim.provider.tck.StormKit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The adapter in a storm on EC2's wire: no ENI twice, none leaked, no index twice. */
@Tag("slow")
class AwsStormKitTest extends StormKit {
    @Override
    protected Ec2TestFixture open() {
        return new Ec2TestFixture(
                        7,
                        Ec2TestFixture.subnet("subnet-1", Ec2TestFixture.ZONE, "10.0.1.0/29"),
                        Ec2TestFixture.subnet("subnet-2", Ec2TestFixture.ZONE, "10.0.2.0/29"))
                .with("subnets", "subnet-1,subnet-2");
    }

    @Test
    void attachingAtOnceGivesEachAnIndexOfItsOwn() throws Exception {
        Ec2TestFixture fixture = open();
        EniCloud one = fixture.cloud();
        EniCloud other = fixture.cloud();
        List<String> made = IntStream.range(0, 4)
                .mapToObj(i -> one.create(fixture.request()).id())
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(made.size());
        try {
            List<Future<?>> attaching = new ArrayList<>();
            for (int i = 0; i < made.size(); i++) {
                String id = made.get(i);
                EniCloud cloud = i % 2 == 0 ? one : other;
                attaching.add(threads.submit(() -> cloud.attach(id, new AttachRequest("attach-" + id))));
            }
            for (Future<?> each : attaching) {
                each.get(1, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(one.describe()).hasSize(4).extracting(CloudEni::number).containsExactlyInAnyOrder(1, 2, 3, 4);
        fixture.close();
    }
}
