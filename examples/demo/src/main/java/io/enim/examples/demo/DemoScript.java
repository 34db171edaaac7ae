package io.enim.examples.agent.demo;

import static io.enim.examples.agent.demo.DemoException.require;
import static java.util.Objects.requireNonNull;

import io.enim.MacAddress;
import io.enim.examples.agent.demo.PluginCall.Printed;
import io.enim.examples.agent.demo.View.EniRow;
import io.enim.examples.agent.demo.World.Container;
import io.enim.examples.agent.demo.World.Traffic;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The story: each step looks at what it says, and the first that is not so ends it. */
final class Story {
    private static final String WEB = "web";
    private static final String CART = "cart";
    private static final String MAIL = "mail";

    private final World world;
    private final Narrator narrator;
    private final PluginCall plugin;
    private final View view;
    private final Map<String, Container> containers = new LinkedHashMap<>();
    private final Map<String, Printed> answers = new LinkedHashMap<>();
    private Set<MacAddress> macs = Set.of();

    Story(World world, Narrator narrator, Path pluginScript) {
        this.world = world;
        this.narrator = narrator;
        this.plugin = new PluginCall(pluginScript, world.socket());
        this.view = new View(world.socket());
    }

    void tell() {
        narrator.say("On " + world.description() + ":");
        narrator.step(this::startAgent);
        narrator.step(this::createContainers);
        for (String pod : List.of(WEB, CART, MAIL)) {
            narrator.step(() -> add(pod));
        }
        narrator.show(view.printed("enis"));
        if (hasTraffic()) {
            narrator.step(this::reachEachOther);
            narrator.step(this::reachGateways);
        }
        narrator.step(this::addAgain);
        narrator.step(this::check);
        narrator.step(this::delete);
        narrator.step(this::killContainer);
        narrator.step(this::killAgent);
        narrator.step(this::callMeanwhile);
        narrator.step(this::restartAgent);
        narrator.step(this::deleteLast);
        narrator.show(view.printed("enis"));
        narrator.step(this::everythingHome);
        narrator.step(this::stopAgent);
    }

    private boolean hasTraffic() {
        return containers.values().stream().allMatch(Container::hasTraffic);
    }

    private String startAgent() {
        world.startAgent();
        Patience.until(
                "the agent serves " + AgentFlags.ENIS + " ready ENIs",
                () -> view.answers() && view.ready() == AgentFlags.ENIS);
        macs = view.enis().stream().map(EniRow::mac).collect(Collectors.toSet());
        require(macs.stream().allMatch(world::isHome), "a ready ENI's device is not at home");
        return "the agent serves; the cloud attached " + macs.size() + " ENIs, their devices are at home";
    }

    private String createContainers() {
        for (String pod : List.of(WEB, CART, MAIL)) {
            containers.put(pod, world.createContainer(pod));
        }
        return "three containers, each a network namespace with a process in it";
    }

    private String add(String pod) {
        Printed answer = call("ADD", pod);
        require(answer.exit() == 0, "ADD " + pod + " failed: " + answer.output());
        answers.put(pod, answer);
        List<String> addresses = answer.addresses();
        require(addresses.size() == 2, "ADD " + pod + " answered " + addresses);
        EniRow eni = view.heldBy(pod);
        require(!world.isHome(eni.mac()), "the device of " + eni.id() + " is still at home");
        long different = answers.values().stream()
                .flatMap(each -> each.addresses().stream())
                .distinct()
                .count();
        require(different == 2L * answers.size(), "two containers have one address");
        return "CNI ADD " + pod + ": " + eni.id() + " moved in, " + String.join(" and ", addresses);
    }

    private String reachEachOther() {
        int reached = 0;
        for (Map.Entry<String, Container> from : containers.entrySet()) {
            for (Map.Entry<String, Printed> to : answers.entrySet()) {
                if (!from.getKey().equals(to.getKey())) {
                    for (String address : to.getValue().addresses()) {
                        require(
                                from.getValue().reaches(address),
                                from.getKey() + " does not reach " + to.getKey() + " at " + address);
                        reached++;
                    }
                }
            }
        }
        return "ping: every container reaches every other, IPv4 and IPv6 (" + reached + " pairs)";
    }

    private String reachGateways() {
        int reached = 0;
        for (Map.Entry<String, Container> from : containers.entrySet()) {
            for (String gateway : answer(from.getKey()).gateways()) {
                require(from.getValue().reaches(gateway), from.getKey() + " does not reach its gateway " + gateway);
                reached++;
            }
        }
        return "ping: every container reaches its gateways (" + reached + ")";
    }

    private String addAgain() {
        startStream();
        Printed again = call("ADD", WEB);
        require(again.equals(answer(WEB)), "ADD again answered differently: " + again.output());
        return "CNI ADD " + WEB + " again: the same answer" + endStream();
    }

    private String check() {
        String before = answer(WEB).output();
        Printed checked = plugin.call("CHECK", WEB, id(WEB), netns(WEB), ",\"prevResult\":" + before);
        require(checked.exit() == 0 && checked.output().isEmpty(), "CHECK " + WEB + ": " + checked.output());
        return "CNI CHECK " + WEB + ": device, addresses and routes are as they were set up";
    }

    private String delete() {
        EniRow eni = view.heldBy(CART);
        require(call("DEL", CART).exit() == 0, "DEL " + CART + " failed");
        require(world.isHome(eni.mac()), "the device of " + eni.id() + " is not home after DEL");
        require(call("DEL", CART).exit() == 0, "DEL " + CART + " again failed");
        require(!view.holders().contains(CART), CART + " still holds an ENI");
        if (hasTraffic()) {
            require(!container(WEB).reaches(answer(CART).addresses().get(0)), CART + " is still reached");
        }
        Patience.until(eni.id() + " is ready again", () -> view.isReady(eni.id()));
        return "CNI DEL " + CART + ", twice: " + eni.id() + " is home, clean and ready again";
    }

    private String killContainer() {
        EniRow eni = view.heldBy(MAIL);
        container(MAIL).kill();
        Patience.until(eni.id() + " is taken back", () -> view.isReady(eni.id()));
        require(world.isHome(eni.mac()), "the device of " + eni.id() + " is not home");
        String reason = world.logged("DEAD_ENDPOINT", id(MAIL))
                .map(line -> line.substring(line.indexOf("DEAD_ENDPOINT")))
                .orElseThrow(() -> new DemoException("the agent did not say why it took back " + eni.id()));
        narrator.say("      the agent's log: " + reason);
        return "kill -9 of " + MAIL + " without a DEL: garbage collection brought " + eni.id() + " back";
    }

    private String killAgent() {
        startStream();
        return world.killAgent();
    }

    private String callMeanwhile() {
        Printed refused = call("ADD", CART);
        require(
                refused.exit() == 1
                        && String.valueOf(refused.json().get("code")).equals("11"),
                "without an agent the plugin answered " + refused.output());
        return "meanwhile a CNI call is answered with code 11, try again later";
    }

    private String restartAgent() {
        world.startAgent();
        Patience.until("the agent answers again", view::answers);
        require(view.holders().equals(Set.of(WEB)), "after the restart, " + view.holders() + " hold ENIs");
        Printed again = call("ADD", WEB);
        require(again.equals(answer(WEB)), "after the restart ADD answered " + again.output());
        return "the agent starts again: nothing is lost, " + WEB + " keeps its ENI" + endStream();
    }

    private String deleteLast() {
        EniRow eni = view.heldBy(WEB);
        require(call("DEL", WEB).exit() == 0, "DEL " + WEB + " failed");
        require(world.isHome(eni.mac()), "the device of " + eni.id() + " is not home after DEL");
        Patience.until("all ENIs are ready", () -> view.ready() == AgentFlags.ENIS);
        return "CNI DEL " + WEB;
    }

    private String everythingHome() {
        Set<MacAddress> now = view.enis().stream().map(EniRow::mac).collect(Collectors.toSet());
        require(now.equals(macs), "the ENIs are others than at the beginning: " + now + ", not " + macs);
        for (MacAddress mac : macs) {
            require(world.isHome(mac), "the device " + mac + " is not home");
        }
        return "every device is home: " + macs.size() + " of " + macs.size();
    }

    private String stopAgent() {
        String how = world.stopAgent();
        require(!view.answers(), "an agent still answers");
        require(macs.stream().allMatch(world::isHome), "a device left with the agent");
        return how;
    }

    /** Echoes from a container that stays, through its ENI, to the gateway. */
    private void startStream() {
        if (hasTraffic()) {
            container(WEB).stream(answer(WEB).gateways().get(0));
        }
    }

    private String endStream() {
        if (!hasTraffic()) {
            return "";
        }
        Traffic traffic = container(WEB).stopStream();
        require(
                traffic.sent() > 0 && traffic.lost() == 0,
                traffic.lost() + " of " + traffic.sent() + " echoes were lost");
        return ", and a ping through it lost 0 of " + traffic.sent();
    }

    private Printed call(String command, String pod) {
        return plugin.call(command, pod, id(pod), netns(pod), "");
    }

    private static String id(String pod) {
        return pod + "-0123456789abcdef";
    }

    private String netns(String pod) {
        return container(pod).netns().toString();
    }

    private Container container(String pod) {
        return requireNonNull(containers.get(pod), pod);
    }

    private Printed answer(String pod) {
        return requireNonNull(answers.get(pod), pod);
    }
}
