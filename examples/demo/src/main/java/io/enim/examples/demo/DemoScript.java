// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import static io.enim.examples.demo.DemoException.require;
import static java.util.Objects.requireNonNull;

import io.enim.MacAddress;
import io.enim.examples.demo.AgentProbe.EniRow;
import io.enim.examples.demo.CniPlugin.PluginOutput;
import io.enim.examples.demo.DemoEnvironment.Container;
import io.enim.examples.demo.DemoEnvironment.PingCounts;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** The demo's steps. Each checks what it prints; the first check that fails ends the demo. */
final class DemoScript {
    private static final String WEB = "web";
    private static final String CART = "cart";
    private static final String MAIL = "mail";

    private final DemoEnvironment environment;
    private final StepPrinter printer;
    private final CniPlugin plugin;
    private CompletableFuture<PluginOutput> again = new CompletableFuture<>();
    private final AgentProbe agent;
    private final Map<String, Container> containers = new LinkedHashMap<>();
    private final Map<String, PluginOutput> answers = new LinkedHashMap<>();
    private Set<MacAddress> macs = Set.of();

    DemoScript(DemoEnvironment environment, StepPrinter printer, Path pluginScript) {
        this.environment = environment;
        this.printer = printer;
        this.plugin = new CniPlugin(pluginScript, environment.socket());
        this.agent = new AgentProbe(environment.socket());
    }

    void run() {
        printer.say("On " + environment.description() + ":");
        printer.step(this::startAgent);
        printer.step(this::createContainers);
        for (String pod : List.of(WEB, CART, MAIL)) {
            printer.step(() -> add(pod));
        }
        printer.show(agent.printed("enis"));
        if (hasTraffic()) {
            printer.step(this::reachEachOther);
            printer.step(this::reachGateways);
        }
        printer.step(this::addAgain);
        printer.step(this::check);
        printer.step(this::delete);
        printer.step(this::killContainer);
        printer.step(this::killAgent);
        printer.step(this::callWithoutAgent);
        printer.step(this::restartAgent);
        printer.step(this::deleteLast);
        printer.show(agent.printed("enis"));
        printer.step(this::everythingOnHost);
        printer.step(this::stopAgent);
    }

    private boolean hasTraffic() {
        return containers.values().stream().allMatch(Container::hasTraffic);
    }

    private String startAgent() {
        environment.startAgent();
        String ready = "the agent serves " + DemoAgentSettings.ENIS + " ready ENIs";
        Await.until(ready, () -> agent.listsEnis() && agent.readyCount() == DemoAgentSettings.ENIS);
        macs = agent.enis().stream().map(EniRow::mac).collect(Collectors.toSet());
        require(macs.stream().allMatch(environment::isOnHost), "the device of a ready ENI is not on the host");
        return "the agent serves; the cloud attached " + macs.size() + " ENIs, their devices are on the host";
    }

    private String createContainers() {
        for (String pod : List.of(WEB, CART, MAIL)) {
            containers.put(pod, environment.createContainer(pod));
        }
        return "three containers, each a network namespace with a process in it";
    }

    private String add(String pod) {
        PluginOutput answer = call("ADD", pod);
        require(answer.exit() == 0, "ADD " + pod + " failed: " + answer.output());
        answers.put(pod, answer);
        List<String> addresses = answer.addresses();
        require(addresses.size() == 2, "ADD " + pod + " answered " + addresses);
        EniRow eni = agent.eniOf(pod);
        require(!environment.isOnHost(eni.mac()), "the device of " + eni.id() + " is still on the host");
        Set<String> different = new HashSet<>();
        answers.values().forEach(each -> different.addAll(each.addresses()));
        require(different.size() == 2 * answers.size(), "two containers have the same address");
        return "CNI ADD " + pod + ": " + eni.id() + " moved in, " + String.join(" and ", addresses);
    }

    private String reachEachOther() {
        int reached = 0;
        for (String from : containers.keySet()) {
            for (String to : containers.keySet()) {
                reached += from.equals(to) ? 0 : reach(from, to, answer(to).addresses());
            }
        }
        return "ping: every container reaches every other, IPv4 and IPv6 (" + reached + " pairs)";
    }

    private String reachGateways() {
        int reached = 0;
        for (String from : containers.keySet()) {
            reached += reach(from, "its gateway", answer(from).gateways());
        }
        return "ping: every container reaches its gateways (" + reached + ")";
    }

    private int reach(String from, String to, List<String> addresses) {
        for (String address : addresses) {
            require(container(from).reaches(address), from + " cannot reach " + to + " at " + address);
        }
        return addresses.size();
    }

    private String addAgain() {
        startPings();
        PluginOutput again = call("ADD", WEB);
        require(again.equals(answer(WEB)), "ADD again answered differently: " + again.output());
        return "CNI ADD " + WEB + " again: the same answer" + stopPings();
    }

    private String check() {
        String before = answer(WEB).output();
        PluginOutput checked = plugin.call("CHECK", WEB, id(WEB), netns(WEB), ",\"prevResult\":" + before);
        require(checked.exit() == 0 && checked.output().isEmpty(), "CHECK " + WEB + ": " + checked.output());
        return "CNI CHECK " + WEB + ": device, addresses and routes are as they were set up";
    }

    private String delete() {
        EniRow eni = agent.eniOf(CART);
        require(call("DEL", CART).exit() == 0, "DEL " + CART + " failed");
        requireOnHost(eni);
        require(call("DEL", CART).exit() == 0, "DEL " + CART + " again failed");
        require(!agent.holders().contains(CART), CART + " still holds an ENI");
        if (hasTraffic()) {
            require(!container(WEB).reaches(answer(CART).addresses().get(0)), CART + " still answers a ping");
        }
        Await.until(eni.id() + " is ready again", () -> agent.isReady(eni.id()));
        return "CNI DEL " + CART + ", twice: " + eni.id() + " is on the host, clean and ready again";
    }

    private String killContainer() {
        EniRow eni = agent.eniOf(MAIL);
        container(MAIL).kill();
        Await.until(eni.id() + " is released by garbage collection", () -> agent.isReady(eni.id()));
        requireOnHost(eni);
        String reason = environment.log.lastWith("DEAD_ENDPOINT", id(MAIL));
        printer.say("      the agent's log: " + reason.substring(reason.indexOf("DEAD_ENDPOINT")));
        return "kill -9 of " + MAIL + " without a DEL: garbage collection returned " + eni.id();
    }

    private String killAgent() {
        startPings();
        return environment.killAgent();
    }

    private String callWithoutAgent() {
        again = CompletableFuture.supplyAsync(() -> call("ADD", WEB));
        return "meanwhile a CNI call begins, and waits for the next agent";
    }

    private String restartAgent() {
        environment.startAgent();
        Await.until("the agent lists its ENIs again", agent::listsEnis);
        require(agent.holders().equals(Set.of(WEB)), "after the restart, " + agent.holders() + " hold ENIs");
        PluginOutput answered = again.join();
        require(answered.equals(answer(WEB)), "after the restart ADD answered " + answered.output());
        return "the agent starts again: no call failed, nothing is lost, " + WEB + " keeps its ENI" + stopPings();
    }

    private String deleteLast() {
        EniRow eni = agent.eniOf(WEB);
        require(call("DEL", WEB).exit() == 0, "DEL " + WEB + " failed");
        requireOnHost(eni);
        Await.until("all ENIs are ready", () -> agent.readyCount() == DemoAgentSettings.ENIS);
        return "CNI DEL " + WEB;
    }

    private void requireOnHost(EniRow eni) {
        require(environment.isOnHost(eni.mac()), "the device of " + eni.id() + " is not on the host");
    }

    private String everythingOnHost() {
        Set<MacAddress> now = agent.enis().stream().map(EniRow::mac).collect(Collectors.toSet());
        require(now.equals(macs), "the ENIs changed: " + now + ", at the start " + macs);
        macs.forEach(mac -> require(environment.isOnHost(mac), "the device " + mac + " is not on the host"));
        return "every device is on the host: " + macs.size() + " of " + macs.size();
    }

    private String stopAgent() {
        String how = environment.stopAgent();
        require(!agent.answers(), "an agent still answers");
        require(macs.stream().allMatch(environment::isOnHost), "a device disappeared with the agent");
        return how;
    }

    /** Pings from a container that keeps its ENI, through that ENI, to the gateway. */
    private void startPings() {
        if (hasTraffic()) {
            container(WEB).startPings(answer(WEB).gateways().get(0));
        }
    }

    private String stopPings() {
        if (!hasTraffic()) {
            return "";
        }
        PingCounts pings = container(WEB).stopPings();
        require(pings.sent() > 0 && pings.lost() == 0, pings.lost() + " of " + pings.sent() + " pings were lost");
        return ", and a ping through it lost 0 of " + pings.sent();
    }

    private PluginOutput call(String command, String pod) {
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

    private PluginOutput answer(String pod) {
        return requireNonNull(answers.get(pod), pod);
    }
}
