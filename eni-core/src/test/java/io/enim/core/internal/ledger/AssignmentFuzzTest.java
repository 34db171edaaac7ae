package io.enim.core.internal.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Assignment;
import io.enim.EniException;
import io.enim.testing.FuzzTarget;
import java.util.List;
import java.util.Map;

/** The fields of a record of an assignment, one a line. What is accepted is written and read again as the same. */
public final class AssignmentFuzzTest extends FuzzTarget {
    private static final String SOUND = """
        endpoint.namespace=default
        endpoint.name=web
        endpoint.container=c1
        endpoint.interface=eth0
        eni.id=eni-1
        eni.mac=02:00:00:00:00:01
        eni.subnet=subnet-1
        eni.number=1
        eni.ipv4=10.0.3.7 10.0.3.0/24 10.0.3.1
        phase=ADDED
        since=2026-01-02T03:04:05Z
        reason=
        sandbox.path=/run/netns/x
        sandbox.device=4
        sandbox.inode=4026532001
        sandbox.cookie=9
        route.0=10.9.0.0/16 10.0.3.2
        label.a=b
        home.mac=02:00:00:00:00:01
        home.name=ens5
        home.ifindex=4
        home.mtu=9001
        home.txqlen=1000
        home.group=0
        home.segmentation.gso_max_size=65536
        home.parent=pci/0000:00:06.0
        home.kind=
        """;

    @Override
    protected List<byte[]> inputs() {
        return texts(
                SOUND,
                SOUND.replace("/run/netns/x", "/run/netns/p\0d"),
                SOUND.replace("2026-", "+999999999-"),
                SOUND.replace("10.9.0.0/16", ":".repeat(10_000) + "x"),
                SOUND.replace("10.9.0.0/16 10.0.3.2", "10.9.0.0/16 10.0.3.2 10.0.3.3"),
                SOUND.replace("home.name=ens5", "home.name=all"),
                SOUND.replace("eni.number=1", "eni.number=4294967296"));
    }

    public static void fuzzerTestOneInput(byte[] input) {
        Map<String, String> fields = fields(input);
        readOrRefused(
                () -> {
                    Assignment assignment = AssignmentCodec.decode(fields);
                    assertThat(AssignmentCodec.decode(AssignmentCodec.encode(assignment)))
                            .isEqualTo(assignment);
                },
                EniException.class);
        readOrRefused(() -> AssignmentCodec.decodeEarlier(fields), EniException.class);
    }
}
