// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.examples.agent.api.NodeView;
import io.enim.examples.agent.cli.StyledLine.Style;
import io.enim.examples.agent.cli.Terminal.Size;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows a node's picture, drawn anew at an interval, until it is told to end. Not thread-safe. */
@Command(
        name = "top",
        description = {
            "Show the node: health, ENIs, operations under way, calls to the cloud; drawn anew until q or Ctrl-C.",
            "n and p turn the pages of the ENIs. Where standard output is no terminal, one picture of everything."
        })
final class TopCommand implements Callable<Integer> {
    private static final int CTRL_D = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST_DRAWN = Duration.ofSeconds(1);

    @Mixin
    private AgentConnection agent = new AgentConnection();

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "Time between two pictures, like 0.5 (default: ${DEFAULT-VALUE}).")
    private double intervalSeconds = 2;

    @Option(names = "--once", description = "Print one picture of everything, without colours, and end.")
    private boolean once;

    private int first;

    @Override
    public Integer call() throws IOException {
        Optional<Terminal> terminal = once || agent.isJson() ? Optional.empty() : Terminal.open(System.out);
        if (terminal.isEmpty()) {
            return agent.ask(client -> client.get("/v1/node"), body -> text(JSON.std.beanFrom(NodeView.class, body)));
        }
        long interval = Math.max(100, (long) (intervalSeconds * 1000));
        try (Terminal screen = terminal.get();
                NodeWatch watch = new NodeWatch(agent.client(PATIENCE), interval)) {
            watch.start();
            show(screen, watch);
        }
        return 0;
    }

    private static String text(NodeView node) {
        Map<String, String> environment = System.getenv();
        int columns = Terminal.size(environment).columns();
        int lines =
                environment.containsKey("LINES") ? Terminal.size(environment).lines() : NodePicture.UNLIMITED;
        return new NodePicture(node, columns, lines)
                .lines(0).stream()
                        .map(line -> line.render(columns, false) + "\n")
                        .collect(Collectors.joining());
    }

    private void show(Terminal screen, NodeWatch watch) throws IOException {
        boolean colours = !System.getenv().containsKey("NO_COLOR");
        NodeWatch.Seen drawn = null;
        long drawnAt = 0;
        for (int key = Terminal.NO_KEY; key != 'q' && key != CTRL_D; key = screen.key()) {
            NodeWatch.Seen seen = watch.seen();
            // The terminal may have another size, and an agent that is away is so for longer.
            boolean isOld = System.nanoTime() - drawnAt > LONGEST_DRAWN.toNanos();
            if (key == Terminal.NO_KEY && !isOld && seen.equals(drawn)) {
                continue;
            }
            Size size = Terminal.size(System.getenv());
            turn(key, seen, size);
            screen.draw(screenful(seen, size).stream()
                    .limit(size.lines())
                    .map(line -> line.render(size.columns(), colours))
                    .toList());
            drawn = seen;
            drawnAt = System.nanoTime();
        }
    }

    private void turn(int key, NodeWatch.Seen seen, Size size) {
        NodeView node = seen.node();
        if (node == null) {
            return;
        }
        int page = picture(node, seen, size).page();
        int last = Math.max(0, (node.enis().size() - 1) / page * page);
        first = switch (key) {
            case 'n', ' ' -> first + page;
            case 'p' -> first - page;
            default -> first;
        };
        first = Math.max(0, Math.min(first / page * page, last));
    }

    /** With one line below for the keys, and one above while the agent does not answer. */
    private static NodePicture picture(NodeView node, NodeWatch.Seen seen, Size size) {
        return new NodePicture(node, size.columns(), size.lines() - (seen.failure() == null ? 1 : 2));
    }

    private List<StyledLine> screenful(NodeWatch.Seen seen, Size size) {
        List<StyledLine> lines = new ArrayList<>();
        String failure = seen.failure();
        NodeView node = seen.node();
        if (failure != null) {
            String away = NodePicture.age((System.nanoTime() - seen.failedSince()) / 1_000_000);
            lines.add(new StyledLine()
                    .add("NO ANSWER for " + away, Style.BAD)
                    .add(", asked again and again: " + failure));
        }
        if (node == null) {
            if (failure == null) {
                lines.add(StyledLine.of("waiting for the agent at " + agent.socket()));
            }
            return lines;
        }
        NodePicture picture = picture(node, seen, size);
        lines.addAll(picture.lines(first));
        while (lines.size() < size.lines() - 1) {
            lines.add(new StyledLine());
        }
        int enis = node.enis().size();
        int end = Math.min(first + picture.page(), enis);
        StyledLine keys = StyledLine.of("q quit", Style.FAINT);
        if (picture.page() < enis) {
            keys.add("  n next  p previous  ENIs " + (first + 1) + "–" + end + " of " + enis, Style.FAINT);
        }
        List<StyledLine> screenful = new ArrayList<>(lines.subList(0, Math.min(lines.size(), size.lines() - 1)));
        screenful.add(keys);
        return screenful;
    }
}
