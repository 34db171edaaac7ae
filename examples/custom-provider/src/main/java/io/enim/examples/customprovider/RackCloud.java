// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.customprovider;

import io.enim.Cidr;
import io.enim.ClosedException;
import io.enim.EniAddress;
import io.enim.FatalProviderException;
import io.enim.MacAddress;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import io.enim.provider.OwnerTag;
import java.util.List;
import java.util.Optional;

/** Adapts the rack to ENIM's cloud interface. Methods never block. */
final class RackCloud implements EniCloud {
    private static final NodeIdentity MACHINE = new NodeIdentity("machine-1", "");
    private static final Cidr BLOCK = Cidr.parse("10.60.0.0/16");
    private static final long FIRST_MAC = 0x02_52_41_00_00_00L;

    private final Rack rack;
    private final OwnerTag ownerTag;
    private volatile boolean closed;

    RackCloud(Rack rack, OwnerTag ownerTag) {
        this.rack = rack;
        this.ownerTag = ownerTag;
    }

    @Override
    public NodeIdentity node() {
        requireOpen("node");
        return MACHINE;
    }

    @Override
    public NodeLimits limits() {
        requireOpen("limits");
        return new NodeLimits(rack.slots());
    }

    @Override
    public List<CloudEni> describe() {
        requireOpen("describe");
        return rack.ports().stream()
                .filter(port -> port.slot() > 0 || port.label().equals(ownerTag))
                .map(RackCloud::eni)
                .toList();
    }

    private static CloudEni eni(Rack.Port port) {
        boolean plugged = port.slot() > 0;
        return new CloudEni(
                port.id(),
                plugged ? Status.ATTACHED : Status.AVAILABLE,
                new MacAddress(FIRST_MAC + port.number()),
                // The rack's router has the first address of the block.
                Optional.of(new EniAddress(BLOCK.address(1L + port.number()), BLOCK, BLOCK.address(1))),
                Optional.empty(),
                "rack",
                port.slot(),
                plugged ? Optional.of(MACHINE.instanceId()) : Optional.empty(),
                Optional.of(port.label()),
                Optional.empty());
    }

    @Override
    public CloudEni create(CreateRequest request) {
        requireOpen("create");
        return eni(rack.request(request.token(), request.ownerTag()));
    }

    @Override
    public void attach(String eniId, AttachRequest request) {
        requireOpen("attach " + eniId);
        if (rack.find(eniId).isEmpty()) {
            throw new RetryableProviderException(
                    Refusal.NOT_FOUND, "", "attach " + eniId + ": the rack has no such port; describe again");
        }
        if (rack.plug(eniId).isEmpty()) {
            throw new FatalProviderException(
                    Refusal.ENI_LIMIT,
                    "",
                    "attach " + eniId + ": all " + rack.slots() + " slots are taken; unplug a port");
        }
    }

    @Override
    public void detach(String eniId) {
        requireOpen("detach " + eniId);
        rack.pull(eniId);
    }

    @Override
    public void delete(String eniId) {
        requireOpen("delete " + eniId);
        if (!rack.discard(eniId)) {
            throw new RetryableProviderException(
                    Refusal.WRONG_STATE, "", "delete " + eniId + ": the port is plugged in; detach it first");
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen(String call) {
        if (closed) {
            throw new ClosedException(call + ": the connection to the rack is closed; create a new provider");
        }
    }
}
