/** Tests of the network configuration that says that a node can serve. */
@org.jspecify.annotations.NullMarked
package io.enim.examples.agent.conflist;
