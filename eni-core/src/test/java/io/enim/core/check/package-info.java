/** Checks of recorded histories against a sequential model; plain Java, whatever engine makes the programs. */
package io.enim.core.check;
