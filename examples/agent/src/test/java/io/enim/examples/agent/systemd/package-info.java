/** Tests of what systemd is told. */
@org.jspecify.annotations.NullMarked
package io.enim.examples.agent.systemd;
