package io.enim.systemtests.crash;

import io.enim.spi.Device;
import io.enim.systemtests.crash.NodeSnapshot.CloudFileEni;
import io.enim.systemtests.crash.NodeSnapshot.LedgerRecord;
import io.enim.systemtests.crash.NodeSnapshot.LocatedDevice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What has to be so after two rounds of garbage collection, whatever happened before. */
final class CrashOracle {
    private static final int MTU = 1500;
    private static final int QUEUE = 1000;
    /** How the name of a host link begins. */
    private static final String HOST_LINK = "hl-";

    private final CrashTestbed testbed;
    private final Set<String> strayed;
    private final Set<String> unlinked;
    private final List<String[]> listed;
    private final NodeSnapshot snapshot;
    private final List<String> broken = new ArrayList<>();

    private CrashOracle(CrashTestbed testbed, Set<String> strayed, Set<String> unlinked) {
        this.testbed = testbed;
        this.strayed = strayed;
        this.unlinked = unlinked;
        // Asked for first: what is offered now must be clean when it is looked at, and what arrives is made clean
        // before
        // it is offered, in the pool's own time and not in that of a round.
        this.listed = testbed.enis();
        this.snapshot = testbed.snapshot();
    }

    /**
     * Every promise that the facts or the manager's own words break.
     *
     * @param strayed endpoints whose devices may be anywhere as long as they live
     */
    static List<String> violations(CrashTestbed testbed, Set<String> strayed) {
        return violations(testbed, strayed, Set.of());
    }

    /**
     * The same.
     *
     * @param unlinked endpoints whose tenants deleted their host links, which no ADD may have made again
     */
    static List<String> violations(CrashTestbed testbed, Set<String> strayed, Set<String> unlinked) {
        CrashOracle oracle = new CrashOracle(testbed, strayed, unlinked);
        oracle.checkOwners();
        oracle.snapshot.cloud().stream().filter(CloudFileEni::attached).forEach(oracle::checkDevice);
        oracle.checkHostLinks();
        oracle.checkManagerAgrees();
        testbed.bystanders.forEach(oracle::checkBystander);
        return oracle.broken;
    }

    /** The same, once the pool has had time to bring its ENIs: nothing is missing and nothing is over. */
    static List<String> violationsAtEnd(CrashTestbed testbed, Set<String> strayed, Set<String> unlinked) {
        List<String> broken = violations(testbed, strayed, unlinked);
        List<CloudFileEni> cloud = testbed.cloud();
        if (cloud.size() > testbed.size || !cloud.stream().allMatch(CloudFileEni::attached)) {
            broken.add("P12: the cloud has " + cloud + ", and the pool is to be " + testbed.size + " at most");
        }
        List<String> listed = testbed.enis().stream()
                .filter(eni -> !eni[2].equals("DETACHING"))
                .map(eni -> eni[0])
                .sorted()
                .toList();
        List<String> there = cloud.stream().map(CloudFileEni::id).sorted().toList();
        if (!listed.equals(there)) {
            broken.add("P5: the manager lists " + listed + ", the cloud has " + there);
        }
        return broken;
    }

    private void require(boolean kept, String otherwise) {
        if (!kept) {
            broken.add(otherwise);
        }
    }

    private boolean isListedAs(String state, CloudFileEni eni) {
        return listed.stream().anyMatch(row -> row[0].equals(eni.id()) && row[2].equals(state));
    }

    private Optional<LedgerRecord> ownerOf(String eniId) {
        return snapshot.ledger().stream()
                .filter(entry -> entry.eni().equals(eniId))
                .findFirst();
    }

    private void checkOwners() {
        Map<String, LedgerRecord> byEni = new HashMap<>();
        for (LedgerRecord entry : snapshot.ledger()) {
            LedgerRecord other = byEni.put(entry.eni(), entry);
            require(other == null, "P1: " + entry.eni() + " has two owners, " + other + " and " + entry);
            require(entry.phase().equals("ADDED"), "P5: after two rounds " + entry + " is still under way");
            require(
                    snapshot.cloud().stream().anyMatch(eni -> eni.id().equals(entry.eni())),
                    "P5: " + entry + " holds an ENI that the cloud does not have");
        }
    }

    private void checkDevice(CloudFileEni eni) {
        Optional<LedgerRecord> owner = ownerOf(eni.id());
        if (owner.map(LedgerRecord::endpoint).filter(strayed::contains).isPresent()) {
            return;
        }
        String wanted = owner.map(LedgerRecord::sandbox).orElse(NodeSnapshot.HOST);
        List<LocatedDevice> seen = snapshot.devices().getOrDefault(eni.mac(), List.of());
        List<String> places = seen.stream().map(LocatedDevice::place).toList();
        if (places.isEmpty() && owner.isEmpty() && isListedAs("DETACHING", eni)) {
            return; // The cloud takes the device out before it says so.
        }
        if (!places.equals(List.of(wanted))) {
            broken.add("P5: the device of " + eni + " belongs to " + wanted + " and is in " + places);
        } else if (wanted.equals(NodeSnapshot.HOST) && !isListedAs("ATTACHING", eni)) {
            checkClean(seen.get(0).device());
        }
    }

    /** Each endpoint has its host link, and no other is left on the host. The manager's own sandboxes have none. */
    private void checkHostLinks() {
        Set<String> wanted =
                hostLinks(entry -> !entry.sandbox().startsWith("enim-") && !mayLackHostLink(entry.endpoint()));
        Set<String> permitted = hostLinks(entry -> mayLackHostLink(entry.endpoint()));
        Set<String> found = snapshot.devices().values().stream()
                .flatMap(List::stream)
                .filter(each -> each.place().equals(NodeSnapshot.HOST))
                .map(each -> each.device().name())
                .filter(name -> name.startsWith(HOST_LINK) && !permitted.contains(name))
                .collect(Collectors.toSet());
        require(found.equals(wanted), "P5: the host has the host links " + found + ", the ledger needs " + wanted);
    }

    private boolean mayLackHostLink(String endpoint) {
        return strayed.contains(endpoint) || unlinked.contains(endpoint);
    }

    /** The names of those that these assignments have. */
    private Set<String> hostLinks(Predicate<LedgerRecord> which) {
        return snapshot.ledger().stream()
                .filter(which)
                .map(entry -> HOST_LINK + entry.mac().replace(":", ""))
                .collect(Collectors.toSet());
    }

    /** A device between two endpoints is as the cloud plugged it in. */
    private void checkClean(Device device) {
        String number = device.mac().toString().substring(9).replace(":", "");
        Device fresh = new Device(
                device.ifindex(),
                "eni" + Long.parseLong(number, 16),
                device.mac(),
                device.permanentMac(),
                device.kind(),
                device.parent(),
                false,
                MTU,
                QUEUE,
                0,
                testbed.segmentation,
                List.of(),
                Optional.empty(),
                List.of(),
                0);
        require(device.equals(fresh), "P13: on the host is " + device + ", fresh would be " + fresh);
    }

    private void checkManagerAgrees() {
        List<String> told = testbed.ask("assignments").orFail().stream()
                .map(line -> line.split(" "))
                .map(words -> words[0] + " " + words[1] + " " + words[2])
                .sorted()
                .toList();
        List<String> written = snapshot.ledger().stream()
                .map(entry -> entry.endpoint() + " " + entry.phase() + " " + entry.eni())
                .sorted()
                .toList();
        require(told.equals(written), "P5: the manager says " + told + ", the ledger " + written);
        for (String[] eni : testbed.enis()) {
            String owner = ownerOf(eni[0]).map(LedgerRecord::endpoint).orElse("-");
            require(
                    owner.equals(eni[3]),
                    "P1: the provider says that " + eni[0] + " is held by " + eni[3] + ", the ledger by " + owner);
            require(!eni[2].equals("QUARANTINED"), "P5: " + eni[0] + " is in quarantine without a cause that lasts");
        }
    }

    private void checkBystander(String name, String answer) {
        List<String> differences = testbed.ask("check " + name).orFail();
        require(differences.isEmpty(), "P5: " + name + " was left alone and differs: " + differences);
        String again = testbed.add(name).orFail().get(0);
        require(again.equals(answer), "P3: " + name + " got " + again + ", before it was " + answer);
    }
}
