package io.enim.provider.fake.model;

import io.enim.MacAddress;
import io.enim.provider.fake.model.ModelEni.Attachment;
import io.enim.provider.fake.model.ModelEni.State;
import io.enim.provider.fake.model.Refused.Reason;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One region of a cloud. Every call is one step under the model's lock; faults happen outside it, so a hanging call
 * holds up nobody.
 */
public final class CloudModel {
    /** Hears of devices that are to appear and disappear. Called under the model's lock, in order. */
    public interface Plug {
        /** The ENI is attached to the instance now. */
        void attached(ModelEni eni, String instanceId);

        /** The ENI is no longer attached to the instance. */
        void detached(ModelEni eni, String instanceId);
    }

    /**
     * A page of ENIs.
     *
     * @param enis what is on it
     * @param next the marker of the next page; empty on the last
     */
    public record Page(List<ModelEni> enis, Optional<String> next) {
        public Page {
            enis = List.copyOf(enis);
        }
    }

    /** An ENI, when its present state ends by itself, and its offset in the subnet. */
    private record Entry(
            ModelEni eni, Instant visibleAt, @Nullable Instant settlesAt, int offset) {
        Entry with(ModelEni changed, @Nullable Instant settles) {
            return new Entry(changed, visibleAt, settles, offset);
        }
    }

    private final Clock clock;
    private final Faults faults = new Faults();
    private final Map<String, AddressBook> subnets = new LinkedHashMap<>();
    private final Map<String, Instance> instances = new LinkedHashMap<>();
    private final Map<String, Entry> enis = new TreeMap<>();
    private final Map<String, String> tokens = new LinkedHashMap<>();
    private final Intake intake = new Intake();
    private final List<Plug> plugs = new CopyOnWriteArrayList<>();
    private Latencies latencies = Latencies.NONE;
    private int quota = Integer.MAX_VALUE;
    private long made;
    private Consumer<List<ModelEni>> journal = enis -> {};
    private boolean changed;

    public CloudModel(Clock clock) {
        this.clock = clock;
    }

    /** Adds a subnet. */
    public synchronized CloudModel addSubnet(Subnet subnet) {
        subnets.put(subnet.id(), new AddressBook(subnet));
        return this;
    }

    /** Adds an instance. */
    public synchronized CloudModel addInstance(Instance instance) {
        instances.put(instance.id(), instance);
        return this;
    }

    /** How long things take from now on. */
    public synchronized CloudModel latencies(Latencies times) {
        latencies = times;
        return this;
    }

    /** From now on at most so many calls a second, with a burst; more are throttled. */
    public CloudModel limit(double perSecond, double burst) {
        intake.limit(new TokenBucket(clock, perSecond, burst));
        return this;
    }

    /** From now on the account may have so many ENIs, attached or not; those it has stay. */
    public synchronized CloudModel quota(int most) {
        quota = most;
        return this;
    }

    /** Hears of all ENIs after each change, before the call that made it answers. */
    public synchronized CloudModel journal(Consumer<List<ModelEni>> listener) {
        journal = listener;
        return this;
    }

    /** What goes wrong. */
    public Faults faults() {
        return faults;
    }

    /** Hears of attachments from now on. */
    public CloudModel plug(Plug plug) {
        plugs.add(plug);
        return this;
    }

    /** How many calls of each kind were made, refused ones included. */
    public Map<Call, Integer> calls() {
        return intake.calls();
    }

    /** How many calls of all kinds were made. */
    public int callCount() {
        return intake.calls().values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How many ENIs were ever made, those deleted since included. Not a call. */
    public synchronized long made() {
        return made;
    }

    private <T> T call(Call call, Supplier<T> effect) {
        intake.admit(call);
        Faults.Kind fate = faults.before(call);
        T result;
        synchronized (this) {
            settle();
            result = effect.get();
            settle();
            record();
        }
        faults.after(call, fate);
        return result;
    }

    /** One page of the ENIs that are visible by now and that the filter takes, in order of their ids. */
    public Page describe(Predicate<ModelEni> filter, Optional<String> marker, int most) {
        return call(Call.DESCRIBE, () -> {
            Instant now = clock.instant();
            List<ModelEni> found = new ArrayList<>();
            for (Entry entry : enis.values()) {
                ModelEni eni = entry.eni();
                boolean later = marker.isEmpty() || eni.id().compareTo(marker.get()) > 0;
                if (later && !entry.visibleAt().isAfter(now) && filter.test(eni)) {
                    found.add(eni);
                }
            }
            if (found.size() <= most) {
                return new Page(found, Optional.empty());
            }
            List<ModelEni> page = found.subList(0, most);
            return new Page(page, Optional.of(page.get(most - 1).id()));
        });
    }

    /** An instance. */
    public Instance instance(String id) {
        return call(Call.DESCRIBE_INSTANCE, () -> requireInstance(id));
    }

    /** The subnets, with how many addresses each has left. */
    public Map<Subnet, Integer> subnets() {
        return call(Call.DESCRIBE_SUBNETS, () -> {
            Map<Subnet, Integer> free = new LinkedHashMap<>();
            subnets.values().forEach(book -> free.put(book.subnet(), book.free()));
            return free;
        });
    }

    /** Creates an ENI; the same token gives the same ENI. */
    public ModelEni create(String token, String subnetId, Map<String, String> tags) {
        return call(Call.CREATE, () -> {
            String known = tokens.get(token);
            if (known != null) {
                return repeated(known, token, subnetId, tags);
            }
            if (enis.size() >= quota) {
                throw new Refused(Reason.ENI_LIMIT, "create: the account has " + enis.size() + " of " + quota);
            }
            AddressBook book = subnets.get(subnetId);
            if (book == null) {
                throw new Refused(Reason.NO_SUCH_SUBNET, "create: there is no subnet " + subnetId);
            }
            int offset = book.take();
            if (offset < 0) {
                throw new Refused(Reason.SUBNET_FULL, "create: subnet " + subnetId + " has no free address");
            }
            ModelEni eni = made(token, book.subnet(), offset, tags);
            tokens.put(token, eni.id());
            changed = true;
            enis.put(eni.id(), new Entry(eni, clock.instant().plus(latencies.visible()), null, offset));
            return eni;
        });
    }

    private ModelEni repeated(String id, String token, String subnetId, Map<String, String> tags) {
        Entry entry = enis.get(id);
        if (entry == null) {
            throw new Refused(Reason.TOKEN_MISMATCH, "create: token " + token + " made " + id + ", which is deleted");
        }
        if (!entry.eni().subnetId().equals(subnetId)) {
            throw new Refused(Reason.TOKEN_MISMATCH, "create: token " + token + " was used with another subnet");
        }
        if (!entry.eni().tags().equals(tags)) {
            throw new Refused(Reason.TOKEN_MISMATCH, "create: token " + token + " was used with other tags");
        }
        return entry.eni();
    }

    /** Which ENI of the model, counted from 1, has this MAC. */
    public static long serial(MacAddress mac) {
        return mac.bits() & 0xff_ffff_ffffL;
    }

    private ModelEni made(String token, Subnet subnet, int offset, Map<String, String> tags) {
        made++;
        return new ModelEni(
                String.format("eni-%08x", made),
                new MacAddress(0x0200_0000_0000L | made),
                subnet.id(),
                AddressBook.address(subnet.ipv4(), offset),
                AddressBook.address(subnet.ipv6(), offset),
                State.AVAILABLE,
                Optional.empty(),
                tags,
                token,
                clock.instant());
    }

    /**
     * Begins to attach an ENI; a negative number means the lowest free one, and 0 is the instance's own first interface.
     * Returns the attachment.
     */
    public Attachment attach(String eniId, String instanceId, int number) {
        return call(Call.ATTACH, () -> {
            Entry entry = require(eniId, "attach");
            Instance instance = requireInstance(instanceId);
            if (entry.eni().state() != State.AVAILABLE) {
                throw new Refused(
                        Reason.WRONG_STATE,
                        "attach: " + eniId + " is " + entry.eni().state());
            }
            List<Integer> numbers = numbersAt(instanceId);
            if (numbers.size() >= instance.maxEnis()) {
                throw new Refused(
                        Reason.ENI_LIMIT,
                        "attach: " + instanceId + " has " + numbers.size() + " of " + instance.maxEnis());
            }
            int chosen = number < 0 ? lowestFree(numbers) : number;
            if (chosen == 0 || numbers.contains(chosen)) {
                throw new Refused(
                        Reason.NUMBER_TAKEN, "attach: " + instanceId + " already has an interface at " + chosen);
            }
            Attachment attachment = new Attachment("attach-" + eniId, instanceId, chosen, false);
            change(
                    entry,
                    State.ATTACHING,
                    Optional.of(attachment),
                    clock.instant().plus(latencies.attach()));
            return attachment;
        });
    }

    /** Sets whether an attached ENI ends with its instance. */
    public void deleteOnTermination(String eniId, boolean ends) {
        call(Call.MODIFY, () -> {
            Entry entry = require(eniId, "modify");
            Attachment now = entry.eni()
                    .attachment()
                    .orElseThrow(() -> new Refused(Reason.WRONG_STATE, "modify: " + eniId + " is not attached"));
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
        call(Call.DETACH, () -> {
            Entry entry = require(eniId, "detach");
            Optional<String> at = entry.eni().attachment().map(Attachment::instanceId);
            if (from.isPresent() && at.isPresent() && !at.equals(from)) {
                throw new Refused(
                        Reason.WRONG_STATE, "detach: " + eniId + " is at " + at.get() + ", not at " + from.get());
            }
            if (entry.eni().state() != State.IN_USE) {
                throw new Refused(
                        Reason.WRONG_STATE,
                        "detach: " + eniId + " is " + entry.eni().state());
            }
            Attachment attachment = entry.eni().attachment().orElseThrow();
            change(
                    entry,
                    State.DETACHING,
                    Optional.of(attachment),
                    clock.instant().plus(latencies.detach()));
            plugs.forEach(plug -> plug.detached(entry.eni(), attachment.instanceId()));
            return true;
        });
    }

    /** Deletes an ENI that is attached to nothing. */
    public void delete(String eniId) {
        call(Call.DELETE, () -> {
            Entry entry = require(eniId, "delete");
            if (entry.eni().state() != State.AVAILABLE) {
                throw new Refused(
                        Reason.WRONG_STATE,
                        "delete: " + eniId + " is currently in use: "
                                + entry.eni().state());
            }
            drop(entry);
            return true;
        });
    }

    /** Ends an instance: its ENIs end with it or are detached, as was set. Not a call. */
    public synchronized void terminate(String instanceId) {
        settle();
        instances.remove(instanceId);
        for (Entry entry : List.copyOf(enis.values())) {
            Optional<Attachment> here =
                    entry.eni().attachment().filter(at -> at.instanceId().equals(instanceId));
            if (here.isPresent()) {
                plugs.forEach(plug -> plug.detached(entry.eni(), instanceId));
                if (here.get().deleteOnTermination()) {
                    drop(entry);
                } else {
                    change(entry, State.AVAILABLE, Optional.empty(), null);
                }
            }
        }
        record();
    }

    /** All ENIs, visible or not. Not a call. */
    public synchronized List<ModelEni> enis() {
        settle();
        record();
        return enis.values().stream().map(Entry::eni).toList();
    }

    /** Goes on numbering behind so many ENIs, for a model that is read back from elsewhere. Not a call. */
    public synchronized CloudModel resumeBehind(long count) {
        made = Math.max(made, count);
        return this;
    }

    /**
     * Puts an ENI there as it is, for a model that is read back from elsewhere. Not a call.
     *
     * @throws IllegalArgumentException its addresses are not free addresses of its subnet
     */
    public synchronized void restore(ModelEni eni) {
        AddressBook book = subnets.get(eni.subnetId());
        if (book == null) {
            throw new Refused(Reason.NO_SUCH_SUBNET, "restore: there is no subnet " + eni.subnetId());
        }
        int offset = book.take(eni);
        if (offset < 0) {
            throw new IllegalArgumentException(
                    "restore: the addresses of " + eni.id() + " are not free addresses of " + book.subnet());
        }
        made = Math.max(made, serial(eni.mac()));
        tokens.put(eni.token(), eni.id());
        Instant settles = eni.state() == State.ATTACHING || eni.state() == State.DETACHING ? clock.instant() : null;
        enis.put(eni.id(), new Entry(eni, eni.created(), settles, offset));
    }

    private void drop(Entry entry) {
        enis.remove(entry.eni().id());
        changed = true;
        AddressBook book = subnets.get(entry.eni().subnetId());
        if (book != null) {
            book.giveBack(entry.offset());
        }
    }

    private void change(Entry entry, State state, Optional<Attachment> attachment, @Nullable Instant settles) {
        enis.put(entry.eni().id(), entry.with(entry.eni().in(state, attachment), settles));
        changed = true;
    }

    private void record() {
        if (changed) {
            journal.accept(enis.values().stream().map(Entry::eni).toList());
            changed = false; // Only now: what could not be written is written with the next change.
        }
    }

    /** Ends the intermediate states whose time has come. */
    private void settle() {
        Instant now = clock.instant();
        for (Entry entry : List.copyOf(enis.values())) {
            Instant due = entry.settlesAt();
            if (due == null || due.isAfter(now)) {
                continue;
            }
            if (entry.eni().state() == State.ATTACHING) {
                change(entry, State.IN_USE, entry.eni().attachment(), null);
                ModelEni attached = entry.eni().in(State.IN_USE, entry.eni().attachment());
                String instance = attached.attachment().orElseThrow().instanceId();
                plugs.forEach(plug -> plug.attached(attached, instance));
            } else if (entry.eni().state() == State.DETACHING) {
                change(entry, State.AVAILABLE, Optional.empty(), null);
            }
        }
    }

    private Entry require(String eniId, String call) {
        Entry entry = enis.get(eniId);
        if (entry == null || entry.visibleAt().isAfter(clock.instant())) {
            throw new Refused(Reason.NO_SUCH_ENI, call + ": the ENI " + eniId + " does not exist");
        }
        return entry;
    }

    private Instance requireInstance(String id) {
        Instance instance = instances.get(id);
        if (instance == null) {
            throw new Refused(Reason.NO_SUCH_INSTANCE, "the instance " + id + " does not exist");
        }
        return instance;
    }

    private List<Integer> numbersAt(String instanceId) {
        return enis.values().stream()
                .flatMap(entry -> entry.eni().attachment().stream())
                .filter(attachment -> attachment.instanceId().equals(instanceId))
                .map(Attachment::number)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /** Number 0 is the instance's own first interface. */
    private static int lowestFree(List<Integer> taken) {
        int number = 1;
        while (taken.contains(number)) {
            number++;
        }
        return number;
    }
}
