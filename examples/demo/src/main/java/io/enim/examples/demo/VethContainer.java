// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A network namespace that exists as long as the {@link PingProcess} in it. */
public final class VethContainer implements DemoEnvironment.Container {
    private final String name;
    private final Process process;
    private final BufferedReader answers;

    public VethContainer(String name) {
        this.name = name;
        List<String> command = new ArrayList<>(List.of("unshare", "--net"));
        command.addAll(ChildProcess.jvm(PingProcess.class.getName()));
        this.process = ChildProcess.start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        DemoException.require(read().equals("ready"), "container " + name + " did not start");
    }

    @Override
    public Path netns() {
        return Path.of("/proc", Long.toString(process.pid()), "ns", "net");
    }

    @Override
    public boolean hasTraffic() {
        return true;
    }

    @Override
    public boolean reaches(String address) {
        return ask("reach " + address).equals("yes");
    }

    @Override
    public void startPings(String address) {
        ask("start " + address);
    }

    @Override
    public DemoEnvironment.PingCounts stopPings() {
        String[] counts = ask("stop").split(" ", 2);
        return new DemoEnvironment.PingCounts(Integer.parseInt(counts[0]), Integer.parseInt(counts[1]));
    }

    @Override
    public void kill() {
        ChildProcess.kill(process);
    }

    private String ask(String command) {
        try {
            process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return read();
        } catch (IOException e) {
            throw new DemoException("container " + name + " does not read commands: " + e.getMessage(), e);
        }
    }

    private String read() {
        try {
            String line = answers.readLine();
            DemoException.require(line != null, "container " + name + " ended");
            return String.valueOf(line);
        } catch (IOException e) {
            throw new DemoException("container " + name + " does not answer: " + e.getMessage(), e);
        }
    }
}
