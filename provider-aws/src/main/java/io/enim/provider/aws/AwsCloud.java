// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.AmbiguousProviderException;
import io.enim.ProviderException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import io.enim.provider.OwnerTag;
import io.enim.provider.support.AdapterCalls;
import io.enim.provider.support.EventualVisibility;
import io.enim.provider.support.MismatchedTokens;
import io.enim.provider.support.OwnedEnis;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/**
 * The ENIs of one EC2 instance. Before one is detached or deleted, EC2 is asked for its tags and its state.
 *
 * <p>Requests per method, n being the pages of 1000 (one, on a node): {@code node} 0; {@code describe} n, plus one when a
 * subnet is new; {@code limits} n; {@code create} 1, plus one a minute to choose the subnet and one per full subnet;
 * {@code attach} 2n + 2, or n + 2 for an ENI just created; {@code detach} and {@code delete} n + 1. The first of them to
 * need it asks 2 more about the instance. An ENI found attached without DeleteOnTermination costs one more to set it.
 */
final class AwsCloud implements EniCloud {
    private static final Set<String> ENDING = Set.of("detaching", "detached");

    private final NodeIdentity node;
    private final OwnerTag ownerTag;
    private final List<Integer> cards;
    private final Ec2Calls calls;
    private final HostInstance host;
    private final EniReader reader;
    private final Creation creation;
    private final EniAttacher attacher;
    private final EventualVisibility visibility;
    private final OwnedEnis<NetworkInterface> owned;
    private final AdapterCalls adapter;
    private volatile @Nullable InstanceInfo instanceInfo;
    private volatile int inOtherUse;

    /** Takes over the credentials. May block on the metadata service; EC2 itself is asked later. */
    static AwsCloud open(AwsSettings settings, AwsCredentialsProvider credentials, OwnerTag ownerTag, Clock clock) {
        OwnerTags.requireFits(ownerTag);
        AwsNode node = AwsNode.resolve(settings);
        Ec2Connection connection = new Ec2Connection(settings, node.region(), credentials);
        return new AwsCloud(settings, node.identity(), connection.calls(), connection::close, ownerTag, clock);
    }

    AwsCloud(
            AwsSettings settings, NodeIdentity node, Ec2Calls calls, Runnable onClose, OwnerTag ownerTag, Clock clock) {
        this.node = node;
        this.ownerTag = ownerTag;
        this.cards = settings.networkCards();
        this.calls = calls;
        this.visibility = new EventualVisibility(EventualVisibility.WINDOW, clock);
        this.owned = new OwnedEnis<>(ownerTag, visibility, this::describe, this::isOurs);
        this.host = new HostInstance(calls, node.instanceId(), clock);
        this.adapter = new AdapterCalls(AwsProviderFactory.NAME, onClose);
        Subnets subnets = new Subnets(calls, settings, node.zone(), this::instanceInfo, clock);
        this.reader = new EniReader(subnets);
        this.creation = new Creation(
                calls, settings, subnets, this::instanceInfo, new MismatchedTokens(EventualVisibility.WINDOW, clock));
        this.attacher = new EniAttacher(calls, host, this::instanceInfo);
    }

    @Override
    public NodeIdentity node() {
        return adapter.read("node", () -> node);
    }

    /**
     * The slots of the cards that are used, less those in which an interface is that ENIM may not use. Whatever its kind and its
     * card, such an interface costs the slot it has and no other.
     */
    @Override
    public NodeLimits limits() {
        return adapter.read("limits", () -> {
            List<InterfaceSlot> slots = instanceInfo().slots();
            Set<InterfaceSlot> foreign = attacher.attachedInterfaces().stream()
                    .filter(each -> !isOurs(each))
                    .map(each -> EniReader.slot(each.attachment()))
                    .collect(Collectors.toSet());
            foreign.retainAll(slots);
            inOtherUse = foreign.size();
            return new NodeLimits(slots.size() - foreign.size());
        });
    }

    @Override
    public Optional<String> howToGetMore() {
        InstanceInfo known = instanceInfo;
        if (known == null) {
            return Optional.empty();
        }
        String others = inOtherUse == 0 ? "" : ", of which interfaces that are not ENIM's take " + inOtherUse;
        return Optional.of("use a larger instance type than " + known.type() + ", which takes "
                + known.slots().size() + " ENIs" + others
                + ", or more of its cards by enim.provider.aws.network-cards");
    }

    @Override
    public List<CloudEni> describe() {
        return adapter.read("describe", () -> {
            // A filter's value may hold wildcards; equality is what counts.
            List<NetworkInterface> ours = calls.interfaces("of " + ownerTag, OwnerTags.filtersFor(ownerTag)).stream()
                    .filter(this::isOurs)
                    .toList();
            ours.forEach(each -> visibility.seen(each.networkInterfaceId()));
            ours.forEach(attacher::ensureDeleteOnTermination);
            return reader.read(ours);
        });
    }

    @Override
    public CloudEni create(CreateRequest request) {
        return adapter.call("create", () -> {
            NetworkInterface created = creation.create(request);
            visibility.created(created.networkInterfaceId());
            return readBack(created, request.token());
        });
    }

    /** Whatever fails from here on, the ENI is there (CLD-40). */
    private CloudEni readBack(NetworkInterface created, String token) {
        try {
            return reader.read(List.of(created)).get(0);
        } catch (ProviderException e) {
            String message = "create under token " + token + ": " + created.networkInterfaceId()
                    + " is made, and not read; repeat the token: " + e.getMessage();
            throw new AmbiguousProviderException(e.refusal(), e.code(), message, e);
        }
    }

    @Override
    public void attach(String eniId, AttachRequest request) {
        adapter.run("attach " + eniId, () -> {
            if (!visibility.mayStillAppear(eniId)) {
                owned.require("attach", eniId);
            }
            attacher.attach(eniId);
        });
    }

    @Override
    public void detach(String eniId) {
        adapter.run(
                "detach " + eniId,
                () -> owned.find("detach", eniId)
                        .map(NetworkInterface::attachment)
                        .filter(attachment -> node.instanceId().equals(attachment.instanceId()))
                        .filter(attachment -> !ENDING.contains(String.valueOf(attachment.statusAsString())))
                        .map(NetworkInterfaceAttachment::attachmentId)
                        .ifPresent(id -> OwnedEnis.ignoreNotFound(() -> calls.detach(eniId, id))));
    }

    @Override
    public void delete(String eniId) {
        adapter.run(
                "delete " + eniId,
                () -> owned.find("delete", eniId).ifPresent(found -> {
                    if (EniReader.status(found) != CloudEni.Status.AVAILABLE) {
                        throw OwnedEnis.wrongState(
                                "delete", eniId, found.statusAsString(), "detach it and wait until it is available");
                    }
                    OwnedEnis.ignoreNotFound(() -> calls.delete(eniId));
                }));
    }

    @Override
    public void close() {
        adapter.close();
    }

    private Optional<NetworkInterface> describe(String eniId) {
        return calls.interfaces(eniId, List.of(Ec2Calls.where("network-interface-id", List.of(eniId)))).stream()
                .filter(each -> eniId.equals(each.networkInterfaceId()))
                .findFirst();
    }

    private boolean isOurs(NetworkInterface each) {
        return OwnerTags.ownerTag(each.tagSet()).filter(ownerTag::equals).isPresent();
    }

    /** Loaded by the first call that needs it; two at once load it twice, and no lock is held while EC2 is asked. */
    private InstanceInfo instanceInfo() {
        InstanceInfo known = instanceInfo;
        if (known == null) {
            known = InstanceInfo.load(calls, host, cards);
            instanceInfo = known;
        }
        return known;
    }
}
