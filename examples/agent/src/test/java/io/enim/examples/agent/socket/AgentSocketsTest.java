package io.enim.examples.agent.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a killed agent leaves beside its socket. */
class AgentSocketsTest {
    @TempDir
    Path directory;

    private void claim() throws IOException {
        AgentSockets.claim(directory.resolve("agent.sock")).close();
    }

    @Test
    void p5_theDirectoryOfAnAgentThatWasKilledWhileItStartedIsRemoved() throws IOException {
        Path left = Files.createDirectory(directory.resolve(".7654321"));
        Files.createFile(left.resolve("s"));
        Files.createFile(left.resolve("c"));
        Path other = Files.createDirectory(directory.resolve(".7654322"));
        Files.writeString(directory.resolve("agent.sock.lock"), "7654321");
        claim();
        assertThat(left).doesNotExist();
        assertThat(other).as("of an agent with another socket").exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "./keep", "../keep", "7654321 "})
    void aLockFileThatNamesNoProcessRemovesNothing(String content) throws IOException {
        Path kept = Files.createDirectory(directory.resolve("keep"));
        Files.writeString(directory.resolve("agent.sock.lock"), content);
        claim();
        assertThat(kept).exists();
    }
}
