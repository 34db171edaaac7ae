package io.enim.provider.aws;

import io.enim.ClosedException;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import io.enim.provider.OwnerTag;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;

/**
 * The ENIs of one EC2 instance. An ENI is this node's when its tags carry the node's mark, and is touched only then;
 * before one is detached or deleted, EC2 is asked whose it is and where it stands.
 *
 * <p>Requests per method, n being the pages of 1000 (one, on a node): {@code node} 0; {@code describe} n, plus one when a
 * subnet is met for the first time; {@code limits} n; {@code create} 1, plus one a minute to choose the subnet and one
 * per full subnet; {@code attach} 2n + 2, or n + 2 for an ENI just created; {@code detach} and {@code delete} n + 1. The first of them to need it asks 2
 * more about the instance. An ENI found attached without DeleteOnTermination costs one more to set it.
 */
final class AwsCloud implements EniCloud {
    private final NodeIdentity node;
    private final OwnerTag ownerTag;
    private final List<Integer> cards;
    private final Ec2Calls calls;
    private final EniReader reader;
    private final Creation creation;
    private final EniAttacher attacher;
    private final Sightings sightings;
    private final Runnable onClose;
    private final AtomicReference<InstanceInfo> instanceInfo = new AtomicReference<>();
    private volatile boolean closed;

    /** Takes over {@code onClose}, which ends client, connections and threads. Asks nothing yet. */
    AwsCloud(
            AwsSettings settings, NodeIdentity node, OwnerTag ownerTag, Clock clock, Ec2Calls calls, Runnable onClose) {
        this.node = node;
        this.ownerTag = ownerTag;
        this.cards = settings.networkCards();
        this.calls = calls;
        this.onClose = onClose;
        this.sightings = new Sightings(clock);
        Subnets subnets = new Subnets(calls, settings, node.zone(), this::instanceInfo, clock);
        this.reader = new EniReader(subnets);
        this.creation = new Creation(calls, settings, subnets, this::instanceInfo);
        this.attacher = new EniAttacher(calls, node.instanceId(), this::instanceInfo);
    }

    @Override
    public NodeIdentity node() {
        requireOpen("node");
        return node;
    }

    @Override
    public NodeLimits limits() {
        requireOpen("limits");
        InstanceInfo instance = instanceInfo();
        Set<InterfaceSlot> usable = Set.copyOf(instance.slots());
        List<InterfaceSlot> foreign = attacher.attachedInterfaces().stream()
                .filter(each -> !isOurs(each))
                .map(each -> EniReader.slot(each.attachment()))
                .toList();
        long free = usable.stream()
                .filter(interfaceSlot -> !foreign.contains(interfaceSlot))
                .count();
        return new NodeLimits((int) Math.max(0, Math.min(free, instance.maximum() - foreign.size())));
    }

    @Override
    public List<CloudEni> describe() {
        requireOpen("describe");
        List<NetworkInterface> ours = ours(calls.interfaces("of " + ownerTag, OwnerTags.filtersFor(ownerTag)));
        ours.forEach(attacher::ensureDeleteOnTermination);
        return reader.read(ours);
    }

    @Override
    public CloudEni create(CreateRequest request) {
        requireOpen("create");
        NetworkInterface made = creation.create(request);
        sightings.created(made.networkInterfaceId());
        return reader.read(List.of(made)).get(0);
    }

    @Override
    public void attach(String eniId, AttachRequest request) {
        requireOpen("attach " + eniId);
        if (!sightings.mayStillAppear(eniId) && find("attach", eniId).isEmpty()) {
            throw notFound("attach", eniId);
        }
        attacher.attach(eniId);
    }

    @Override
    public void detach(String eniId) {
        requireOpen("detach " + eniId);
        find("detach", eniId)
                .map(NetworkInterface::attachment)
                .filter(attachment -> node.instanceId().equals(attachment.instanceId()))
                .filter(attachment ->
                        !Set.of("detaching", "detached").contains(String.valueOf(attachment.statusAsString())))
                .ifPresent(attachment -> {
                    try {
                        calls.detach(eniId, attachment.attachmentId());
                    } catch (RetryableProviderException e) {
                        // Ended since it was described, which is what was asked for.
                        if (e.refusal() != Refusal.NOT_FOUND) {
                            throw e;
                        }
                    }
                });
    }

    @Override
    public void delete(String eniId) {
        requireOpen("delete " + eniId);
        Optional<NetworkInterface> found = find("delete", eniId);
        if (found.isEmpty()) {
            return;
        }
        if (EniReader.status(found.get()) != CloudEni.Status.AVAILABLE) {
            throw new RetryableProviderException(
                    Refusal.WRONG_STATE,
                    "",
                    "delete " + eniId + ": it is " + found.get().statusAsString()
                            + "; detach it and wait until it is available");
        }
        try {
            calls.delete(eniId);
        } catch (RetryableProviderException e) {
            // It was visible a moment ago: not found means gone.
            if (e.refusal() != Refusal.NOT_FOUND) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            onClose.run();
        }
    }

    /**
     * The ENI, if it exists and is this node's; empty when it is gone.
     *
     * @throws RetryableProviderException it was created a moment ago and is not visible yet
     * @throws FatalProviderException it is not this node's
     */
    private Optional<NetworkInterface> find(String operation, String eniId) {
        Optional<NetworkInterface> found =
                calls.interfaces(eniId, List.of(Ec2Calls.where("network-interface-id", List.of(eniId)))).stream()
                        .filter(each -> eniId.equals(each.networkInterfaceId()))
                        .findFirst();
        if (found.isEmpty()) {
            if (sightings.mayStillAppear(eniId)) {
                throw notFound(operation, eniId);
            }
            return found;
        }
        sightings.seen(eniId);
        if (!isOurs(found.get())) {
            throw new FatalProviderException(
                    Refusal.OTHER,
                    "",
                    operation + " " + eniId + ": it does not carry the mark " + ownerTag
                            + ", so it is not this node's and stays untouched");
        }
        return found;
    }

    private List<NetworkInterface> ours(Collection<NetworkInterface> found) {
        // A filter's value may hold wildcards; equality is what counts.
        List<NetworkInterface> ours = found.stream().filter(this::isOurs).toList();
        ours.forEach(each -> sightings.seen(each.networkInterfaceId()));
        return ours;
    }

    private boolean isOurs(NetworkInterface each) {
        return OwnerTags.ownerTag(each.tagSet()).filter(ownerTag::equals).isPresent();
    }

    /** Loaded by whoever needs it first; two at once load it twice, and no lock is held while EC2 is asked. */
    private InstanceInfo instanceInfo() {
        InstanceInfo known = instanceInfo.get();
        if (known != null) {
            return known;
        }
        InstanceInfo loaded = InstanceInfo.load(calls, node.instanceId(), cards);
        instanceInfo.compareAndSet(null, loaded);
        return loaded;
    }

    private static RetryableProviderException notFound(String operation, String eniId) {
        return new RetryableProviderException(
                Refusal.NOT_FOUND, "", operation + " " + eniId + ": EC2 does not show it, or not yet; ask again");
    }

    private void requireOpen(String operation) {
        if (closed) {
            throw new ClosedException(operation + ": the AWS adapter is closed; make a new manager");
        }
    }
}
