// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.region;

import io.enim.MacAddress;
import io.enim.provider.fake.region.CloudRefusal.Reason;
import io.enim.provider.fake.region.SimulatedEni.Attachment;
import io.enim.provider.fake.region.SimulatedEni.State;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One region of a cloud. Every call is one step under the region's lock; faults happen outside it, so a hanging call
 * blocks no other.
 */
public final class SimulatedRegion {
    /** Makes devices appear and disappear. Called under the region's lock, in order. */
    public interface DevicePlug extends AutoCloseable {
        /** The ENI is attached to the plug's instance now. */
        void attached(SimulatedEni eni);

        /** The ENI is no longer attached to the plug's instance. */
        void detached(SimulatedEni eni);

        /** Compares devices and cloud from now on, where a plug does so. To be called when the cloud knows it. */
        default void start() {}

        /** Ends what {@link #start} began; the devices stay. */
        @Override
        default void close() {}
    }

    /** A page of ENIs, and the token of the next one; empty on the last. */
    public record Page(List<SimulatedEni> enis, Optional<String> next) {
        public Page {
            enis = List.copyOf(enis);
        }
    }

    /** What a token was first used with, whatever came of that, and the ENI that it made. */
    private record TokenUse(String subnetId, Map<String, String> tags, Optional<String> eniId) {}

    /** An ENI, and when its present state ends by itself. */
    private record Entry(
            SimulatedEni eni, Instant visibleAt, @Nullable Instant settlesAt) {}

    private final Clock clock;
    private final Faults faults = new Faults();
    private final Map<String, SubnetAddresses> subnets = new LinkedHashMap<>();
    private final Map<String, Instance> instances = new LinkedHashMap<>();
    private final Map<String, Entry> enis = new TreeMap<>();
    private final Map<String, TokenUse> tokens = new LinkedHashMap<>();
    private final Map<String, InstanceState> instanceStates = new HashMap<>();
    private final CallThrottle throttle;
    private final Map<String, List<DevicePlug>> plugs = new ConcurrentHashMap<>();
    private Latencies latencies = Latencies.NONE;
    private int quota = Integer.MAX_VALUE;
    private long made;
    private Consumer<List<SimulatedEni>> journal = enis -> {};
    private boolean changed;

    public SimulatedRegion(Clock clock) {
        this.clock = clock;
        this.throttle = new CallThrottle(clock);
    }

    public synchronized SimulatedRegion addSubnet(Subnet subnet) {
        subnets.put(subnet.id(), new SubnetAddresses(subnet));
        return this;
    }

    public synchronized SimulatedRegion addInstance(Instance instance) {
        instances.put(instance.id(), instance);
        return this;
    }

    /** What this instance is doing from now on; an instance that is added runs. */
    public synchronized SimulatedRegion instanceState(String id, InstanceState state) {
        instanceStates.put(id, state);
        return this;
    }

    /** What this instance is doing. Not a call. */
    public synchronized InstanceState instanceState(String id) {
        return instanceStates.getOrDefault(id, InstanceState.RUNNING);
    }

    /** How long things take from now on. */
    public synchronized SimulatedRegion latencies(Latencies times) {
        latencies = times;
        return this;
    }

    /** From now on at most so many calls a second, with a burst; more are throttled. */
    public SimulatedRegion limitRate(double perSecond, double burst) {
        throttle.limit(perSecond, burst);
        return this;
    }

    /** From now on the account may have so many ENIs, attached or not; those it has stay. */
    public synchronized SimulatedRegion quota(int most) {
        quota = most;
        return this;
    }

    /** Gives all ENIs to the listener after each change, before the call that made it answers. */
    public synchronized SimulatedRegion journal(Consumer<List<SimulatedEni>> listener) {
        journal = listener;
        return this;
    }

    public Faults faults() {
        return faults;
    }

    /** Tells the plug of attachments to this instance from now on. */
    public SimulatedRegion plug(String instanceId, DevicePlug devicePlug) {
        plugs.computeIfAbsent(instanceId, id -> new CopyOnWriteArrayList<>()).add(devicePlug);
        return this;
    }

    /** How many calls of each kind were made, refused ones included. */
    public Map<ApiCall, Integer> calls() {
        return throttle.calls();
    }

    /** How many calls of all kinds were made. */
    public int callCount() {
        return throttle.calls().values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How many ENIs were ever made, those deleted since included. Not a call. */
    public synchronized long made() {
        return made;
    }

    private <T> T call(ApiCall apiCall, Supplier<T> effect) {
        throttle.admit(apiCall);
        Faults.Kind fault = faults.before(apiCall);
        T result;
        synchronized (this) {
            settle();
            result = effect.get();
            settle();
            record();
        }
        faults.after(apiCall, fault);
        return result;
    }

    /** One page of the ENIs that are visible by now and that the filter takes, in order of their ids. */
    public Page describe(Predicate<SimulatedEni> filter, Optional<String> pageToken, int most) {
        return call(ApiCall.DESCRIBE, () -> {
            Instant now = clock.instant();
            List<SimulatedEni> found = enis.values().stream()
                    .filter(entry -> !entry.visibleAt().isAfter(now))
                    .map(Entry::eni)
                    .filter(eni -> pageToken.isEmpty() || eni.id().compareTo(pageToken.get()) > 0)
                    .filter(filter)
                    .toList();
            return found.size() <= most
                    ? new Page(found, Optional.empty())
                    : new Page(
                            found.subList(0, most),
                            Optional.of(found.get(most - 1).id()));
        });
    }

    /** The ENI with this id, if it is visible by now; a describe. */
    public Optional<SimulatedEni> find(String eniId) {
        return describe(eni -> eni.id().equals(eniId), Optional.empty(), 1).enis().stream()
                .findFirst();
    }

    public Instance instance(String id) {
        return call(ApiCall.DESCRIBE_INSTANCE, () -> requireInstance(id));
    }

    /** The subnets, with how many addresses each has left. */
    public Map<Subnet, Integer> subnets() {
        return call(ApiCall.DESCRIBE_SUBNETS, () -> {
            Map<Subnet, Integer> free = new LinkedHashMap<>();
            subnets.values().forEach(book -> free.put(book.subnet(), book.free()));
            return free;
        });
    }

    /** Creates an ENI; the same token gives the same ENI. A creation that is refused has used its token all the same. */
    public SimulatedEni create(String token, String subnetId, Map<String, String> tags) {
        return call(ApiCall.CREATE, () -> {
            TokenUse use = tokens.computeIfAbsent(token, key -> new TokenUse(subnetId, tags, Optional.empty()));
            requireSame(use, token, subnetId, tags);
            if (use.eniId().isPresent()) {
                return repeated(use.eniId().get(), token);
            }
            refuseUnless(
                    enis.size() < quota, Reason.ENI_LIMIT, "create: the account has " + enis.size() + " of " + quota);
            SubnetAddresses book = subnets.get(subnetId);
            if (book == null) {
                throw new CloudRefusal(Reason.NO_SUCH_SUBNET, "create: there is no subnet " + subnetId);
            }
            int offset = book.take();
            refuseUnless(offset >= 0, Reason.SUBNET_FULL, "create: subnet " + subnetId + " has no free address");
            made++;
            SimulatedEni eni = new SimulatedEni(
                    String.format("eni-%08x", made),
                    new MacAddress(0x0200_0000_0000L | made),
                    subnetId,
                    SubnetAddresses.address(book.subnet().ipv4(), offset),
                    SubnetAddresses.address(book.subnet().ipv6(), offset),
                    State.AVAILABLE,
                    Optional.empty(),
                    tags,
                    token,
                    clock.instant());
            tokens.put(token, new TokenUse(subnetId, tags, Optional.of(eni.id())));
            put(new Entry(eni, clock.instant().plus(latencies.visible()), null));
            return eni;
        });
    }

    private static void requireSame(TokenUse use, String token, String subnetId, Map<String, String> tags) {
        if (!use.subnetId().equals(subnetId)) {
            throw tokenMismatch(token, "was used with another subnet");
        } else if (!use.tags().equals(tags)) {
            throw tokenMismatch(token, "was used with other tags");
        }
    }

    private SimulatedEni repeated(String id, String token) {
        Entry entry = enis.get(id);
        if (entry == null) {
            throw tokenMismatch(token, "made " + id + ", which is deleted");
        }
        return entry.eni();
    }

    private static CloudRefusal tokenMismatch(String token, String what) {
        return new CloudRefusal(Reason.TOKEN_MISMATCH, "create: token " + token + " " + what);
    }

    /** Which ENI of the model, counted from 1, has this MAC. */
    public static long serial(MacAddress mac) {
        return mac.bits() & 0xff_ffff_ffffL;
    }

    /**
     * Begins to attach an ENI; a negative number means the lowest free one, and 0 is the instance's own first interface.
     * Returns the attachment.
     */
    public Attachment attach(String eniId, String instanceId, int number) {
        return call(ApiCall.ATTACH, () -> {
            Entry entry = require(eniId, "attach");
            int most = requireInstance(instanceId).maxEnis();
            requireRunning(instanceId);
            requireState(State.AVAILABLE, entry, "attach");
            List<Integer> numbers = numbersAt(instanceId);
            String full = "attach: " + instanceId + " has " + numbers.size() + " of " + most;
            refuseUnless(numbers.size() < most, Reason.ENI_LIMIT, full);
            int chosen = number < 0 ? lowestFree(numbers) : number;
            String taken = "attach: " + instanceId + " already has an interface at " + chosen;
            refuseUnless(chosen != 0 && !numbers.contains(chosen), Reason.NUMBER_TAKEN, taken);
            Attachment attachment = new Attachment("attach-" + eniId, instanceId, chosen, false);
            Instant settles = clock.instant().plus(latencies.attach());
            change(entry, State.ATTACHING, Optional.of(attachment), settles);
            return attachment;
        });
    }

    /** Sets whether an attached ENI ends with its instance. */
    public void deleteOnTermination(String eniId, boolean ends) {
        call(ApiCall.MODIFY, () -> {
            Entry entry = require(eniId, "modify");
            Attachment now = entry.eni()
                    .attachment()
                    .orElseThrow(() -> new CloudRefusal(Reason.WRONG_STATE, "modify: " + eniId + " is not attached"));
            Attachment changed = new Attachment(now.id(), now.instanceId(), now.number(), ends);
            change(entry, entry.eni().state(), Optional.of(changed), entry.settlesAt());
            return true;
        });
    }

    /** Begins to detach an ENI, wherever it is attached. */
    public void detach(String eniId) {
        detach(eniId, Optional.empty());
    }

    /** Begins to detach an ENI from this instance; refused, as a wrong state, when it is attached to another one. */
    public void detach(String eniId, String instanceId) {
        detach(eniId, Optional.of(instanceId));
    }

    private void detach(String eniId, Optional<String> from) {
        call(ApiCall.DETACH, () -> {
            Entry entry = require(eniId, "detach");
            Optional<String> at = entry.eni().attachment().map(Attachment::instanceId);
            if (from.isPresent() && at.isPresent() && !at.equals(from)) {
                throw new CloudRefusal(
                        Reason.WRONG_STATE, "detach: " + eniId + " is at " + at.get() + ", not at " + from.get());
            }
            requireState(State.IN_USE, entry, "detach");
            Instant settles = clock.instant().plus(latencies.detach());
            change(entry, State.DETACHING, entry.eni().attachment(), settles);
            plugsOf(entry.eni()).forEach(devicePlug -> devicePlug.detached(entry.eni()));
            return true;
        });
    }

    /** Deletes an ENI that is attached to nothing. */
    public void delete(String eniId) {
        call(ApiCall.DELETE, () -> {
            Entry entry = require(eniId, "delete");
            requireState(State.AVAILABLE, entry, "delete");
            drop(entry.eni());
            return true;
        });
    }

    /** Ends an instance: its ENIs end with it or are detached, as was set. Not a call. */
    public synchronized void terminate(String instanceId) {
        settle();
        instances.remove(instanceId);
        for (Entry entry : List.copyOf(enis.values())) {
            if (entry.eni().isAt(instanceId)) {
                plugsOf(entry.eni()).forEach(devicePlug -> devicePlug.detached(entry.eni()));
                if (entry.eni()
                        .attachment()
                        .filter(Attachment::deleteOnTermination)
                        .isPresent()) {
                    drop(entry.eni());
                } else {
                    change(entry, State.AVAILABLE, Optional.empty(), null);
                }
            }
        }
        record();
    }

    /** All ENIs, visible or not. Not a call. */
    public synchronized List<SimulatedEni> enis() {
        settle();
        record();
        return enis.values().stream().map(Entry::eni).toList();
    }

    /** Numbers new ENIs after so many earlier ones, for a region that is read from a file. Not a call. */
    public synchronized SimulatedRegion resumeNumberingAfter(long count) {
        made = Math.max(made, count);
        return this;
    }

    /**
     * Adds an ENI as it is, for a region that is read from a file. Not a call.
     *
     * @throws IllegalArgumentException its addresses are not free addresses of its subnet
     */
    public synchronized void restore(SimulatedEni eni) {
        SubnetAddresses book = subnets.get(eni.subnetId());
        if (book == null) {
            throw new CloudRefusal(Reason.NO_SUCH_SUBNET, "restore: there is no subnet " + eni.subnetId());
        }
        if (!book.take(eni)) {
            throw new IllegalArgumentException(
                    "restore: the addresses of " + eni.id() + " are not free addresses of " + book.subnet());
        }
        made = Math.max(made, serial(eni.mac()));
        tokens.put(eni.token(), new TokenUse(eni.subnetId(), eni.tags(), Optional.of(eni.id())));
        Instant settles = eni.state() == State.ATTACHING || eni.state() == State.DETACHING ? clock.instant() : null;
        enis.put(eni.id(), new Entry(eni, eni.created(), settles));
    }

    private void drop(SimulatedEni eni) {
        enis.remove(eni.id());
        changed = true;
        Optional.ofNullable(subnets.get(eni.subnetId())).ifPresent(book -> book.release(eni));
    }

    private void put(Entry entry) {
        enis.put(entry.eni().id(), entry);
        changed = true;
    }

    private SimulatedEni change(Entry entry, State state, Optional<Attachment> attachment, @Nullable Instant settles) {
        SimulatedEni eni = entry.eni().in(state, attachment);
        put(new Entry(eni, entry.visibleAt(), settles));
        return eni;
    }

    private void record() {
        if (changed) {
            journal.accept(enis.values().stream().map(Entry::eni).toList());
            changed = false; // Only now: a change that could not be written is written with the next one.
        }
    }

    /** Ends the intermediate states whose time is over. */
    private void settle() {
        Instant now = clock.instant();
        for (Entry entry : List.copyOf(enis.values())) {
            Instant due = entry.settlesAt();
            if (due == null || due.isAfter(now)) {
                continue;
            }
            if (entry.eni().state() == State.ATTACHING) {
                SimulatedEni attached = change(entry, State.IN_USE, entry.eni().attachment(), null);
                plugsOf(attached).forEach(devicePlug -> devicePlug.attached(attached));
            } else {
                change(entry, State.AVAILABLE, Optional.empty(), null);
            }
        }
    }

    private List<DevicePlug> plugsOf(SimulatedEni attached) {
        return plugs.getOrDefault(attached.attachment().orElseThrow().instanceId(), List.of());
    }

    private Entry require(String eniId, String call) {
        Entry entry = enis.get(eniId);
        if (entry == null || entry.visibleAt().isAfter(clock.instant())) {
            throw new CloudRefusal(Reason.NO_SUCH_ENI, call + ": the ENI " + eniId + " does not exist");
        }
        return entry;
    }

    private static void requireState(State state, Entry entry, String call) {
        SimulatedEni eni = entry.eni();
        refuseUnless(eni.state() == state, Reason.WRONG_STATE, call + ": " + eni.id() + " is " + eni.state());
    }

    private static void refuseUnless(boolean holds, Reason reason, String text) {
        if (!holds) {
            throw new CloudRefusal(reason, text);
        }
    }

    private Instance requireInstance(String id) {
        Instance instance = instances.get(id);
        if (instance == null) {
            throw new CloudRefusal(Reason.NO_SUCH_INSTANCE, "the instance " + id + " does not exist");
        }
        return instance;
    }

    private void requireRunning(String id) {
        InstanceState state = instanceState(id);
        refuseUnless(
                state != InstanceState.NOT_VISIBLE, Reason.NO_SUCH_INSTANCE, "the instance " + id + " does not exist");
        refuseUnless(
                state == InstanceState.RUNNING,
                Reason.INSTANCE_NOT_RUNNING,
                "Instance '" + id + "' is not 'running': it is " + state);
    }

    private List<Integer> numbersAt(String instanceId) {
        return enis.values().stream()
                .flatMap(entry -> entry.eni().attachment().stream())
                .filter(attachment -> attachment.instanceId().equals(instanceId))
                .map(Attachment::number)
                .toList();
    }

    /** Number 0 is the instance's own first interface. */
    private static int lowestFree(List<Integer> taken) {
        IntStream numbers = IntStream.rangeClosed(1, taken.size() + 1);
        return numbers.filter(number -> !taken.contains(number)).findFirst().orElseThrow();
    }
}
