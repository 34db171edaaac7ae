package io.enim.provider.fake.ec2;

import static io.enim.provider.fake.ec2.Ec2Error.refused;

import io.enim.provider.fake.ec2.Ec2Interface.Ending;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The account behind the wire: one instance, its subnets, and the interfaces, under EC2's rules.
 *
 * <p>Time moves states: what was begun is finished once the latency has passed, computed when somebody looks. A new
 * interface is unknown to every call but its creation until the visibility delay has passed. Each method is one step:
 * the lock stands for the cloud's own order of requests, and nothing waits while it is held.
 */
final class Account {
    private static final String OWNER_GROUP = "sg-0default";

    private final Ec2Instance instance;
    private final Map<String, Ec2Subnet> subnets = new LinkedHashMap<>();
    private final Clock clock;
    private final Map<String, Record> records = new LinkedHashMap<>();
    private final Map<String, Made> tokens = new HashMap<>();
    private Duration latency = Duration.ZERO;
    private Duration visibleAfter = Duration.ZERO;
    private String state = "running";
    private int counter;
    private int accountLimit = 5000;

    private record Made(Map<String, String> intent, String id) {}

    Account(Ec2Instance instance, List<Ec2Subnet> subnets, Clock clock) {
        this.instance = instance;
        subnets.forEach(subnet -> this.subnets.put(subnet.id(), subnet));
        this.clock = clock;
        Record own = make(subnets.get(0), "the instance's own", List.of(OWNER_GROUP), Map.of(), 0, Instant.EPOCH);
        own.attach(instance.id(), 0, 0, Instant.EPOCH);
        own.ending = Ending.DELETED;
    }

    synchronized void timing(Duration newLatency, Duration newVisibleAfter) {
        latency = newLatency;
        visibleAfter = newVisibleAfter;
    }

    synchronized void limitInterfaces(int most) {
        accountLimit = most;
    }

    synchronized void terminate() {
        state = "terminated";
        for (Record each : List.copyOf(records.values())) {
            if (each.isAttached(clock.instant(), latency)) {
                if (each.ending == Ending.DELETED) {
                    records.remove(each.id);
                } else {
                    each.detached();
                }
            }
        }
    }

    Ec2Instance instance() {
        return instance;
    }

    synchronized String instanceState() {
        return state;
    }

    synchronized List<Ec2Subnet> subnets() {
        return List.copyOf(subnets.values());
    }

    synchronized int freeAddresses(Ec2Subnet subnet) {
        return subnet.addresses()
                - (int) records.values().stream()
                        .filter(each -> each.subnet.id().equals(subnet.id()))
                        .count();
    }

    /** Everything there is, seen or not: the truth, for assertions. */
    synchronized List<Ec2Interface> truth() {
        Instant now = clock.instant();
        return records.values().stream().map(each -> each.at(now, latency)).toList();
    }

    /** What a description shows. */
    synchronized List<Ec2Interface> visible() {
        Instant now = clock.instant();
        return records.values().stream()
                .filter(each -> isVisible(each, now))
                .map(each -> each.at(now, latency))
                .toList();
    }

    synchronized Ec2Interface create(Query query) {
        String token = query.text("ClientToken").orElse("");
        Made before = tokens.get(token);
        if (!token.isEmpty() && before != null) {
            if (!before.intent().equals(query.intent())) {
                throw refused(
                        "IdempotentParameterMismatch",
                        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).");
            }
            Record made = records.get(before.id());
            if (made == null) {
                throw unknown(before.id());
            }
            return made.at(clock.instant(), latency);
        }
        Ec2Subnet subnet = subnets.get(query.require("SubnetId"));
        if (subnet == null) {
            throw refused(
                    "InvalidSubnetID.NotFound", "The subnet ID '" + query.require("SubnetId") + "' does not exist");
        }
        if (records.size() >= accountLimit) {
            throw refused(
                    "NetworkInterfaceLimitExceeded", "The maximum number of network interfaces has been reached.");
        }
        if (freeAddresses(subnet) <= 0) {
            throw refused(
                    "InsufficientFreeAddressesInSubnet",
                    "The specified subnet does not have enough free addresses to satisfy the request.");
        }
        int ipv6 = query.number("Ipv6AddressCount", 0);
        if (ipv6 > 0 && subnet.ipv6().isEmpty()) {
            throw refused("InvalidParameterValue", "The subnet " + subnet.id() + " has no IPv6 CIDR block.");
        }
        Record made = make(
                subnet,
                query.text("Description").orElse(""),
                query.list("SecurityGroupId"),
                query.tags("network-interface"),
                ipv6,
                clock.instant());
        if (!token.isEmpty()) {
            tokens.put(token, new Made(query.intent(), made.id));
        }
        return made.at(clock.instant(), latency);
    }

    synchronized Ec2Interface.Attachment attach(Query query) {
        Instant now = clock.instant();
        String instanceId = query.require("InstanceId");
        if (!instance.id().equals(instanceId)) {
            throw refused("InvalidInstanceID.NotFound", "The instance ID '" + instanceId + "' does not exist");
        }
        if (!state.equals("running")) {
            throw refused("IncorrectState", "Instance '" + instanceId + "' is not 'running'.");
        }
        Record record = require(query.require("NetworkInterfaceId"));
        if (!record.at(now, latency).status().equals("available")) {
            throw refused("InvalidNetworkInterface.InUse", "Interface: [" + record.id + "] in use.");
        }
        if (!record.subnet.zone().equals(instance.zone())) {
            throw refused(
                    "InvalidParameterCombination",
                    "You may not attach a network interface to an instance if they are not in the same availability zone");
        }
        int card = query.number("NetworkCardIndex", 0);
        int index = query.requireNumber("DeviceIndex");
        requireFree(card, index, now);
        record.attach(instanceId, card, index, now);
        return record.at(now, latency).attachment().orElseThrow();
    }

    private void requireFree(int card, int index, Instant now) {
        List<Record> attached = records.values().stream()
                .filter(each -> each.isAttached(now, latency))
                .toList();
        if (attached.stream().anyMatch(each -> each.card == card && each.index == index)) {
            throw refused(
                    "InvalidParameterValue",
                    "Instance '" + instance.id() + "' already has an interface attached at device index '" + index
                            + "'.");
        }
        long onCard = attached.stream().filter(each -> each.card == card).count();
        if (card >= instance.interfacesPerCard().size()) {
            throw refused("InvalidParameterValue", "Network card index " + card + " is not supported.");
        }
        if (onCard >= instance.interfacesPerCard().get(card)) {
            throw refused(
                    "AttachmentLimitExceeded",
                    "Interface count " + (onCard + 1) + " exceeds the limit for " + instance.type());
        }
    }

    synchronized void endWithInstance(Query query) {
        Record record = require(query.require("NetworkInterfaceId"));
        String attachmentId = query.require("Attachment.AttachmentId");
        if (!attachmentId.equals(record.attachmentId) || !record.isAttached(clock.instant(), latency)) {
            throw noAttachment(attachmentId);
        }
        record.ending = "true".equals(query.require("Attachment.DeleteOnTermination")) ? Ending.DELETED : Ending.KEPT;
    }

    synchronized void detach(Query query) {
        Instant now = clock.instant();
        String attachmentId = query.require("AttachmentId");
        Record record = records.values().stream()
                .filter(each -> isVisible(each, now) && each.isAttached(now, latency))
                .filter(each -> attachmentId.equals(each.attachmentId))
                .findFirst()
                .orElseThrow(() -> noAttachment(attachmentId));
        if (record.index == 0) {
            throw refused("OperationNotPermitted", "The network interface at device index 0 cannot be detached.");
        }
        if (record.detachingSince == null) {
            record.detachingSince = now;
        }
    }

    synchronized void delete(Query query) {
        Record record = require(query.require("NetworkInterfaceId"));
        if (record.isAttached(clock.instant(), latency)) {
            throw refused("InvalidParameterValue", "Network interface '" + record.id + "' is currently in use.");
        }
        records.remove(record.id);
    }

    /** Attaches an interface that somebody else made. */
    synchronized Ec2Interface attachForeign(int index) {
        Record record = make(
                subnets.values().iterator().next(),
                "somebody else's",
                List.of(OWNER_GROUP),
                Map.of(),
                0,
                Instant.EPOCH);
        record.attach(instance.id(), 0, index, clock.instant());
        return record.at(clock.instant(), latency);
    }

    /** Undoes DeleteOnTermination, as an operator's hand may. */
    synchronized void keepAfterInstance(String id) {
        require(id).ending = Ending.KEPT;
    }

    private Record require(String id) {
        return Optional.ofNullable(records.get(id))
                .filter(each -> isVisible(each, clock.instant()))
                .orElseThrow(() -> unknown(id));
    }

    private boolean isVisible(Record record, Instant now) {
        return !now.isBefore(record.created.plus(visibleAfter));
    }

    private Record make(
            Ec2Subnet subnet,
            String description,
            List<String> groups,
            Map<String, String> tags,
            int ipv6,
            Instant created) {
        counter++;
        long offset = 3L + counter;
        Record record = new Record(
                "eni-%08x".formatted(counter),
                "02:00:00:%02x:%02x:%02x".formatted(counter >> 16 & 0xff, counter >> 8 & 0xff, counter & 0xff),
                subnet,
                subnet.ipv4().address(offset).getHostAddress(),
                ipv6 > 0 ? subnet.ipv6().map(block -> block.address(offset).getHostAddress()) : Optional.empty(),
                description,
                new ArrayList<>(groups),
                new LinkedHashMap<>(tags),
                created);
        records.put(record.id, record);
        return record;
    }

    private static Ec2Error unknown(String id) {
        return refused("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '" + id + "' does not exist");
    }

    private static Ec2Error noAttachment(String id) {
        return refused("InvalidAttachmentID.NotFound", "The attachment '" + id + "' does not exist.");
    }

    /** An interface over time. Guarded by the account's lock. */
    private static final class Record {
        private final String id;
        private final String mac;
        private final Ec2Subnet subnet;
        private final String ipv4;
        private final Optional<String> ipv6;
        private final String description;
        private final List<String> groups;
        private final Map<String, String> tags;
        private final Instant created;
        private @Nullable String attachmentId;
        private String instanceId = "";
        private int card;
        private int index;
        private int attachments;
        private Ending ending = Ending.KEPT;
        private Instant attachingSince = Instant.EPOCH;
        private @Nullable Instant detachingSince;

        Record(
                String id,
                String mac,
                Ec2Subnet subnet,
                String ipv4,
                Optional<String> ipv6,
                String description,
                List<String> groups,
                Map<String, String> tags,
                Instant created) {
            this.id = id;
            this.mac = mac;
            this.subnet = subnet;
            this.ipv4 = ipv4;
            this.ipv6 = ipv6;
            this.description = description;
            this.groups = groups;
            this.tags = tags;
            this.created = created;
        }

        void attach(String toInstance, int toCard, int toIndex, Instant now) {
            attachments++;
            attachmentId = "eni-attach-" + id.substring(4) + "-" + attachments;
            instanceId = toInstance;
            card = toCard;
            index = toIndex;
            ending = Ending.KEPT;
            attachingSince = now;
            detachingSince = null;
        }

        void detached() {
            attachmentId = null;
            detachingSince = null;
        }

        boolean isAttached(Instant now, Duration latency) {
            if (detachingSince != null && !now.isBefore(detachingSince.plus(latency))) {
                detached();
            }
            return attachmentId != null;
        }

        Ec2Interface at(Instant now, Duration latency) {
            boolean attached = isAttached(now, latency);
            String attachmentStatus = detachingSince != null
                    ? "detaching"
                    : now.isBefore(attachingSince.plus(latency)) ? "attaching" : "attached";
            String status = attached ? "in-use" : now.isBefore(created.plus(latency)) ? "pending" : "available";
            return new Ec2Interface(
                    id,
                    status,
                    mac,
                    subnet,
                    ipv4,
                    ipv6,
                    description,
                    groups,
                    tags,
                    Optional.ofNullable(attachmentId)
                            .map(attachment -> new Ec2Interface.Attachment(
                                    attachment, instanceId, card, index, attachmentStatus, ending)));
        }
    }
}
