// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.CloudEni;
import io.enim.provider.support.OwnedEnis;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/** Attaches ENIs to this instance: a slot for each, and an end with the instance. */
final class EniAttacher {
    private static final Logger LOG = LoggerFactory.getLogger(EniAttacher.class);
    private static final int MAX_REFUSALS = 8;

    private final Ec2Calls calls;
    private final HostInstance host;
    private final String instanceId;
    private final Supplier<InstanceInfo> instanceInfo;
    /** Slots that attachments under way have chosen, so that several at once do not race for one. EC2 decides. */
    private final Set<InterfaceSlot> reserved = ConcurrentHashMap.newKeySet();

    EniAttacher(Ec2Calls calls, HostInstance host, Supplier<InstanceInfo> instanceInfo) {
        this.calls = calls;
        this.host = host;
        this.instanceId = host.id();
        this.instanceInfo = instanceInfo;
    }

    /** Everything attached to this instance, of any owner. */
    List<NetworkInterface> attachedInterfaces() {
        Filter here = Ec2Calls.where("attachment.instance-id", List.of(instanceId));
        return calls.interfaces("attached to " + instanceId, List.of(here)).stream()
                .filter(each -> each.attachment() != null)
                .toList();
    }

    /**
     * Begins to attach; an ENI that is attached here, or being so, is left as it is.
     *
     * <p>EC2 has no token for this call. What protects a repeat is the description before it, and that an ENI is
     * attached at most once: a repeat that comes too early is refused because the ENI is in use, and then describes
     * again.
     */
    void attach(String eniId) {
        Set<InterfaceSlot> refused = new HashSet<>();
        while (true) {
            List<NetworkInterface> here = attachedInterfaces();
            Optional<NetworkInterface> before = here.stream()
                    .filter(each -> eniId.equals(each.networkInterfaceId()))
                    .findFirst();
            if (before.isPresent()) {
                CloudEni.Status status = EniReader.status(before.get());
                if (status == CloudEni.Status.DETACHING || status == CloudEni.Status.OTHER) {
                    String state = before.get().statusAsString();
                    throw OwnedEnis.wrongState("attach", eniId, state, "wait until it is available");
                }
                ensureDeleteOnTermination(before.get());
                return;
            }
            Set<InterfaceSlot> taken = new HashSet<>(refused);
            here.forEach(each -> taken.add(EniReader.slot(each.attachment())));
            InterfaceSlot slot = instanceInfo.get().slots().stream()
                    .filter(each -> !taken.contains(each) && reserved.add(each))
                    .findFirst()
                    .orElseThrow(() -> full(eniId, taken));
            try {
                ensureDeleteOnTermination(eniId, calls.attach(eniId, instanceId, slot));
                return;
            } catch (RetryableProviderException e) {
                if (Ec2Errors.isInstanceNotRunning(e)) {
                    host.require(); // One that has ended is told so. Another one starts, and takes the ENI in a while.
                    throw e;
                }
                boolean describeAgain =
                        Ec2Errors.isIndexTaken(e) || e.refusal() == Refusal.WRONG_STATE && refused.isEmpty();
                // Bounded: each refusal takes one slot off the choice.
                if (!describeAgain || !refused.add(slot) || refused.size() > MAX_REFUSALS) {
                    throw e;
                }
                LOG.info("attach {}: {}", eniId, e.getMessage());
            } finally {
                reserved.remove(slot);
            }
        }
    }

    /** Sets again what a death between attach and this call has left out. */
    void ensureDeleteOnTermination(NetworkInterface attached) {
        NetworkInterfaceAttachment attachment = attached.attachment();
        if (attachment != null
                && instanceId.equals(attachment.instanceId())
                && EniReader.status(attached) == CloudEni.Status.ATTACHED
                && Boolean.FALSE.equals(attachment.deleteOnTermination())) {
            ensureDeleteOnTermination(attached.networkInterfaceId(), attachment.attachmentId());
        }
    }

    /** The attachment is valid whether or not this succeeds; every later description tries again. */
    private void ensureDeleteOnTermination(String eniId, String attachmentId) {
        try {
            calls.deleteOnTermination(eniId, attachmentId);
        } catch (ProviderException e) {
            LOG.warn(
                    "{} is not deleted with {} yet, DeleteOnTermination could not be set; the next description tries again: {}",
                    eniId,
                    instanceId,
                    e.getMessage());
        }
    }

    private FatalProviderException full(String eniId, Set<InterfaceSlot> taken) {
        int slots = instanceInfo.get().slots().size();
        String message = "attach " + eniId + ": " + instanceId + " has " + slots + " slots for ENIs and none is free, "
                + taken.size()
                + " interfaces are attached; detach one, or add cards to enim.provider.aws.network-cards";
        return new FatalProviderException(Refusal.ENI_LIMIT, "", message);
    }
}
