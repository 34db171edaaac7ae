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
import java.util.stream.Collectors;

/** What has to be so after two rounds of garbage collection, whatever happened before. */
final class CrashOracle {
    private static final int MTU = 1500;
    private static final int QUEUE = 1000;

    private CrashOracle() {}

    /**
     * Every promise that the facts or the manager's own words break.
     *
     * @param strayed endpoints whose devices may be anywhere as long as they live
     */
    static List<String> violations(CrashTestbed crashTestbed, Set<String> strayed) {
        // Asked for first: what is offered now must be clean when it is looked at, and what arrives is made clean
        // before
        // it is offered, in the pool's own time and not in that of a round.
        List<String[]> listed = crashTestbed.enis();
        Set<String> arriving = inState(listed, "ATTACHING");
        Set<String> leaving = inState(listed, "DETACHING");
        NodeSnapshot nodeSnapshot = crashTestbed.snapshot();
        List<String> broken = new ArrayList<>();
        owners(nodeSnapshot, broken);
        devices(nodeSnapshot, arriving, leaving, strayed, crashTestbed.segmentation(), broken);
        managerAgrees(crashTestbed, nodeSnapshot, broken);
        crashTestbed.bystanders().forEach((name, answer) -> bystander(crashTestbed, name, answer, broken));
        return broken;
    }

    /** The same, once the pool has had time to bring its ENIs: nothing is missing and nothing is over. */
    static List<String> violationsAtEnd(CrashTestbed crashTestbed, Set<String> strayed) {
        List<String> broken = violations(crashTestbed, strayed);
        List<CloudFileEni> cloud = crashTestbed.snapshot().cloud();
        if (cloud.size() > crashTestbed.size || !cloud.stream().allMatch(CloudFileEni::attached)) {
            broken.add("P12: the cloud has " + cloud + ", and the pool is to be " + crashTestbed.size + " at most");
        }
        List<String> listed = crashTestbed.enis().stream()
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

    private static Set<String> inState(List<String[]> listed, String state) {
        return listed.stream()
                .filter(eni -> eni[2].equals(state))
                .map(eni -> eni[0])
                .collect(Collectors.toSet());
    }

    private static void owners(NodeSnapshot nodeSnapshot, List<String> broken) {
        Map<String, LedgerRecord> byEni = new HashMap<>();
        for (LedgerRecord ledgerRecord : nodeSnapshot.ledger()) {
            LedgerRecord other = byEni.put(ledgerRecord.eni(), ledgerRecord);
            if (other != null) {
                broken.add("P1: " + ledgerRecord.eni() + " has two owners, " + other + " and " + ledgerRecord);
            }
            if (!ledgerRecord.phase().equals("ADDED")) {
                broken.add("P5: after two rounds " + ledgerRecord + " is still under way");
            }
            if (nodeSnapshot.cloud().stream().noneMatch(eni -> eni.id().equals(ledgerRecord.eni()))) {
                broken.add("P5: " + ledgerRecord + " holds an ENI that the cloud does not have");
            }
        }
    }

    private static void devices(
            NodeSnapshot nodeSnapshot,
            Set<String> arriving,
            Set<String> leaving,
            Set<String> strayed,
            Map<String, Integer> segmentation,
            List<String> broken) {
        for (CloudFileEni eni : nodeSnapshot.cloud()) {
            if (!eni.attached()) {
                continue;
            }
            Optional<LedgerRecord> owner = nodeSnapshot.ledger().stream()
                    .filter(ledgerRecord -> ledgerRecord.eni().equals(eni.id()))
                    .findFirst();
            if (owner.map(LedgerRecord::endpoint).filter(strayed::contains).isPresent()) {
                continue;
            }
            String wanted = owner.map(LedgerRecord::sandbox).orElse(NodeSnapshot.HOST);
            List<LocatedDevice> seen = nodeSnapshot.devices().getOrDefault(eni.mac(), List.of());
            List<String> places = seen.stream().map(LocatedDevice::place).toList();
            if (places.isEmpty() && owner.isEmpty() && leaving.contains(eni.id())) {
                // The cloud takes the device out before it says so.
                continue;
            }
            if (!places.equals(List.of(wanted))) {
                broken.add("P5: the device of " + eni + " belongs to " + wanted + " and is in " + places);
            } else if (wanted.equals(NodeSnapshot.HOST) && !arriving.contains(eni.id())) {
                unclean(seen.get(0).device(), segmentation, broken);
            }
        }
    }

    /** A device between two endpoints is as the cloud plugged it in. */
    private static void unclean(Device device, Map<String, Integer> segmentation, List<String> broken) {
        String name =
                "eni" + Long.decode("0x" + device.mac().toString().substring(9).replace(":", ""));
        Device fresh = new Device(
                device.ifindex(),
                name,
                device.mac(),
                device.permanentMac(),
                device.kind(),
                device.parent(),
                false,
                MTU,
                QUEUE,
                0,
                segmentation,
                List.of(),
                Optional.empty(),
                List.of(),
                0);
        if (!device.equals(fresh)) {
            broken.add("P13: on the host is " + device + ", fresh would be " + fresh);
        }
    }

    private static void managerAgrees(CrashTestbed crashTestbed, NodeSnapshot nodeSnapshot, List<String> broken) {
        List<String> told = crashTestbed.ask("assignments").orFail("assignments").stream()
                .map(line -> line.split(" "))
                .map(words -> words[0] + " " + words[1] + " " + words[2])
                .sorted()
                .toList();
        List<String> written = nodeSnapshot.ledger().stream()
                .map(ledgerRecord -> ledgerRecord.endpoint() + " " + ledgerRecord.phase() + " " + ledgerRecord.eni())
                .sorted()
                .toList();
        if (!told.equals(written)) {
            broken.add("P5: the manager says " + told + ", the ledger " + written);
        }
        for (String[] eni : crashTestbed.enis()) {
            String owner = nodeSnapshot.ledger().stream()
                    .filter(ledgerRecord -> ledgerRecord.eni().equals(eni[0]))
                    .map(LedgerRecord::endpoint)
                    .findFirst()
                    .orElse("-");
            if (!owner.equals(eni[3])) {
                broken.add(
                        "P1: the provider says that " + eni[0] + " is held by " + eni[3] + ", the ledger by " + owner);
            }
            if (eni[2].equals("QUARANTINED")) {
                broken.add("P5: " + eni[0] + " is in quarantine without a cause that lasts");
            }
        }
    }

    private static void bystander(CrashTestbed crashTestbed, String name, String answer, List<String> broken) {
        List<String> differences = crashTestbed.ask("check " + name).orFail("check " + name);
        if (!differences.isEmpty()) {
            broken.add("P5: " + name + " was left alone and differs: " + differences);
        }
        String again = crashTestbed.add(name).orFail("add " + name).get(0);
        if (!again.equals(answer)) {
            broken.add("P3: " + name + " got " + again + ", before it was " + answer);
        }
    }
}
