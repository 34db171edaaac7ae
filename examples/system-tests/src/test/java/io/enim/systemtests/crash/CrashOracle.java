package io.enim.examples.agent.crash;

import io.enim.examples.agent.crash.Facts.CloudEni;
import io.enim.examples.agent.crash.Facts.Record;
import io.enim.examples.agent.crash.Facts.Seen;
import io.enim.spi.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What has to be so after two rounds of garbage collection, whatever happened before. */
final class Promises {
    private static final int MTU = 1500;
    private static final int QUEUE = 1000;

    private Promises() {}

    /**
     * Every promise that the facts or the manager's own words break.
     *
     * @param strayed endpoints whose devices may be anywhere as long as they live
     */
    static List<String> broken(Ground ground, Set<String> strayed) {
        // Asked for first: what is offered now must be clean when it is looked at, and what arrives is made clean
        // before
        // it is offered, in the pool's own time and not in that of a round.
        List<String[]> listed = ground.enis();
        Set<String> arriving = inState(listed, "ATTACHING");
        Set<String> leaving = inState(listed, "DETACHING");
        Facts facts = ground.facts();
        List<String> broken = new ArrayList<>();
        owners(facts, broken);
        devices(facts, arriving, leaving, strayed, ground.segmentation(), broken);
        managersWord(ground, facts, broken);
        ground.bystanders().forEach((name, answer) -> bystander(ground, name, answer, broken));
        return broken;
    }

    /** The same, once the pool has had time to bring its ENIs: nothing is missing and nothing is over. */
    static List<String> brokenInTheEnd(Ground ground, Set<String> strayed) {
        List<String> broken = broken(ground, strayed);
        List<CloudEni> cloud = ground.facts().cloud();
        if (cloud.size() > ground.size || !cloud.stream().allMatch(CloudEni::attached)) {
            broken.add("P12: the cloud has " + cloud + ", and the pool is to be " + ground.size + " at most");
        }
        List<String> listed = ground.enis().stream()
                .filter(eni -> !eni[2].equals("DETACHING"))
                .map(eni -> eni[0])
                .sorted()
                .toList();
        List<String> there = cloud.stream().map(CloudEni::id).sorted().toList();
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

    private static void owners(Facts facts, List<String> broken) {
        Map<String, Record> byEni = new HashMap<>();
        for (Record record : facts.ledger()) {
            Record other = byEni.put(record.eni(), record);
            if (other != null) {
                broken.add("P1: " + record.eni() + " has two owners, " + other + " and " + record);
            }
            if (!record.phase().equals("ADDED")) {
                broken.add("P5: after two rounds " + record + " is still under way");
            }
            if (facts.cloud().stream().noneMatch(eni -> eni.id().equals(record.eni()))) {
                broken.add("P5: " + record + " holds an ENI that the cloud does not have");
            }
        }
    }

    private static void devices(
            Facts facts,
            Set<String> arriving,
            Set<String> leaving,
            Set<String> strayed,
            Map<String, Integer> segmentation,
            List<String> broken) {
        for (CloudEni eni : facts.cloud()) {
            if (!eni.attached()) {
                continue;
            }
            Optional<Record> owner = facts.ledger().stream()
                    .filter(record -> record.eni().equals(eni.id()))
                    .findFirst();
            if (owner.map(Record::endpoint).filter(strayed::contains).isPresent()) {
                continue;
            }
            String wanted = owner.map(Record::sandbox).orElse(Facts.HOME);
            List<Seen> seen = facts.devices().getOrDefault(eni.mac(), List.of());
            List<String> places = seen.stream().map(Seen::place).toList();
            if (places.isEmpty() && owner.isEmpty() && leaving.contains(eni.id())) {
                // The cloud takes the device out before it says so.
                continue;
            }
            if (!places.equals(List.of(wanted))) {
                broken.add("P5: the device of " + eni + " belongs to " + wanted + " and is in " + places);
            } else if (wanted.equals(Facts.HOME) && !arriving.contains(eni.id())) {
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
            broken.add("P13: at home is " + device + ", fresh would be " + fresh);
        }
    }

    private static void managersWord(Ground ground, Facts facts, List<String> broken) {
        List<String> told = ground.ask("assignments").orFail("assignments").stream()
                .map(line -> line.split(" "))
                .map(words -> words[0] + " " + words[1] + " " + words[2])
                .sorted()
                .toList();
        List<String> written = facts.ledger().stream()
                .map(record -> record.endpoint() + " " + record.phase() + " " + record.eni())
                .sorted()
                .toList();
        if (!told.equals(written)) {
            broken.add("P5: the manager says " + told + ", the ledger " + written);
        }
        for (String[] eni : ground.enis()) {
            String owner = facts.ledger().stream()
                    .filter(record -> record.eni().equals(eni[0]))
                    .map(Record::endpoint)
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

    private static void bystander(Ground ground, String name, String answer, List<String> broken) {
        List<String> differences = ground.ask("check " + name).orFail("check " + name);
        if (!differences.isEmpty()) {
            broken.add("P5: " + name + " was left alone and differs: " + differences);
        }
        String again = ground.add(name).orFail("add " + name).get(0);
        if (!again.equals(answer)) {
            broken.add("P3: " + name + " got " + again + ", before it was " + answer);
        }
    }
}
