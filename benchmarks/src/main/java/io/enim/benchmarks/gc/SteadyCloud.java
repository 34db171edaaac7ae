// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.gc;

import io.enim.EniAddress;
import io.enim.FatalProviderException;
import io.enim.MacAddress;
import io.enim.ProviderException.Refusal;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import io.enim.provider.OwnerTag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A cloud with a fixed number of attached ENIs, which never change: a node of any size is ready at once. */
public final class SteadyCloud implements EniCloud {
    private static final String INSTANCE = "i-steady";

    private final List<CloudEni> enis;

    SteadyCloud(int count, OwnerTag ownerTag) {
        enis = IntStream.range(0, count).mapToObj(i -> eni(i, ownerTag)).toList();
    }

    private static CloudEni eni(int i, OwnerTag ownerTag) {
        String address = "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
        return new CloudEni(
                "eni-" + i,
                CloudEni.Status.ATTACHED,
                mac(i),
                Optional.of(EniAddress.parse(address, "10.0.0.0/8", "10.255.255.254")),
                Optional.empty(),
                "subnet-1",
                i + 1,
                Optional.of(INSTANCE),
                Optional.of(ownerTag),
                Optional.of(Instant.EPOCH));
    }

    /** The MAC of the ENI of this number, from 0. */
    public static MacAddress mac(int i) {
        return new MacAddress(0x0200_5e30_0000L + i);
    }

    @Override
    public NodeIdentity node() {
        return new NodeIdentity(INSTANCE, "zone-a");
    }

    @Override
    public NodeLimits limits() {
        return new NodeLimits(enis.size());
    }

    @Override
    public List<CloudEni> describe() {
        return enis;
    }

    @Override
    public CloudEni create(CreateRequest request) {
        throw refused("create");
    }

    @Override
    public void attach(String eniId, AttachRequest request) {
        throw refused("attach " + eniId);
    }

    @Override
    public void detach(String eniId) {
        throw refused("detach " + eniId);
    }

    @Override
    public void delete(String eniId) {
        throw refused("delete " + eniId);
    }

    private static FatalProviderException refused(String call) {
        return new FatalProviderException(Refusal.OTHER, "", call + ": the ENIs of this cloud never change");
    }

    @Override
    public void close() {}
}
