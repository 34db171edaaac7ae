package io.enim.provider.tck;

import io.enim.EniAddress;
import io.enim.MacAddress;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Clouds that answer a question wrongly. */
final class BadAnswers {
    private static final MacAddress ONE_MAC = MacAddress.parse("02:00:00:00:00:01");

    private BadAnswers() {}

    static void addTo(BadClouds all) {
        all.add("node", "changing identity", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            private int asked;

            @Override
            public NodeIdentity node() {
                // As while a metadata service warms up.
                NodeIdentity known = super.node();
                return asked++ == 0 && describe().isEmpty() ? new NodeIdentity("i-0", "a") : known;
            }
        });
        all.describing(
                "cld01",
                "first page only",
                () -> described -> described.stream().limit(4).toList());
        all.add("cld02", "describes every owner tag", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            boolean isOurs(CloudEni eni) {
                return true;
            }
        });
        all.add(
                "cld02",
                "takes ENIs of others for free ones",
                (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
                    @Override
                    CloudEni read(CloudEni eni) {
                        return eni.ownerTag().equals(Optional.of(ownerTag)) ? super.read(eni) : withoutOwnerTag(eni);
                    }
                });
        all.describing(
                "cld02",
                "offers the first interface",
                () -> described -> Stream.concat(described.stream(), Stream.of(firstInterface()))
                        .toList());
        all.add("cld03", "an unknown status fails", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            CloudEni read(CloudEni eni) {
                Status.valueOf(backend.unknownStatusOf.equals(eni.id()) ? "THINKING" : "OTHER");
                return eni;
            }
        });
        all.add("cld04", "the limit of the instance type", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            public NodeLimits limits() {
                // With the instance's own interface, which ENIM cannot have.
                return new NodeLimits(super.limits().maxEnis() + 1);
            }
        });
        all.add("cld04", "the limit of what is left", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            public NodeLimits limits() {
                synchronized (backend) {
                    return new NodeLimits(super.limits().maxEnis() - numbers().size());
                }
            }
        });
        all.describing("cld11", "tagged late", () -> {
            Set<String> seen = new HashSet<>();
            return described -> described.stream()
                    .map(eni -> seen.add(eni.id()) ? withoutOwnerTag(eni) : eni)
                    .toList();
        });
        all.describing("cld12", "vanishing", () -> {
            AtomicInteger describes = new AtomicInteger();
            return described -> describes.incrementAndGet() == 15 ? List.of() : described;
        });
        all.describing(
                "eni",
                "one MAC for all",
                () -> described -> described.stream()
                        .map(eni -> PlainCloud.copy(
                                eni, eni.status(), ONE_MAC, eni.number(), eni.instanceId(), eni.ownerTag()))
                        .toList());
    }

    private static CloudEni withoutOwnerTag(CloudEni eni) {
        return PlainCloud.copy(eni, eni.status(), eni.mac(), eni.number(), eni.instanceId(), Optional.empty());
    }

    private static CloudEni firstInterface() {
        return new CloudEni(
                PlainCloud.FIRST_INTERFACE,
                Status.ATTACHED,
                MacAddress.parse("02:00:00:00:ff:ff"),
                Optional.of(EniAddress.parse("10.0.0.250", "10.0.0.0/24", "10.0.0.1")),
                Optional.empty(),
                "subnet-1",
                0,
                Optional.of("i-1"),
                Optional.empty(),
                Optional.empty());
    }
}
