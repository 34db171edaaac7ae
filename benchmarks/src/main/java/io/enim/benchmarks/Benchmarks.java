// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks;

import io.enim.benchmarks.allocator.AllocatorPart;
import io.enim.benchmarks.device.DevicePart;
import io.enim.benchmarks.fleet.FleetPart;
import io.enim.benchmarks.gc.GcPart;
import io.enim.benchmarks.path.PathPart;
import io.enim.benchmarks.pod.PodPart;
import io.enim.benchmarks.pool.PoolPart;
import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Page;
import io.enim.benchmarks.report.Result;
import io.enim.benchmarks.sandbox.SandboxPart;
import io.enim.benchmarks.start.StartPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs one part and writes its result, or renders the page of all results. {@code benchmarks/run} calls it. */
final class Benchmarks {
    /** In the order of the page. */
    private static final List<String> PARTS =
            List.of("allocator", "device", "sandbox", "path", "pod", "start", "gc", "pool", "fleet");

    private Benchmarks() {}

    public static void main(String... args) throws Exception {
        if (args.length != 3) {
            throw new IllegalArgumentException(
                    "arguments are PART RESULTS SIZE or page RESULTS DOCS, not " + args.length);
        }
        String part = args[0];
        if (part.equals("page")) {
            page(Path.of(args[1]), Path.of(args[2]));
            return;
        }
        Draft draft = new Draft(part, args[2].equals("quick"), Path.of(args[1]));
        switch (part) {
            case "allocator" -> AllocatorPart.measure(draft);
            case "device" -> DevicePart.measure(draft);
            case "sandbox" -> SandboxPart.measure(draft);
            case "path" -> PathPart.measure(draft);
            case "pod" -> PodPart.measure(draft);
            case "start" -> StartPart.measure(draft);
            case "gc" -> GcPart.measure(draft);
            case "pool" -> PoolPart.measure(draft);
            case "fleet" -> FleetPart.simulate(draft);
            default -> throw new IllegalArgumentException(part + " is no part; parts are " + PARTS);
        }
        Result result = draft.done();
        result.write(draft.directory());
        draft.progress("done in " + result.seconds() + " s");
        // Some peers' threads would keep this process alive.
        System.exit(0);
    }

    private static void page(Path results, Path docs) throws IOException {
        List<Result> found = new ArrayList<>();
        for (String part : PARTS) {
            if (Files.exists(Result.file(results, part))) {
                found.add(Result.read(results, part));
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no results in " + results + "; run a part first");
        }
        Page.write(found, docs);
    }
}
