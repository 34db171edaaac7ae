// Calls CNI plugins through libcni, the library that container runtimes use: libcni OPERATION FLAGS.
//
// Prints what libcni answers. An error is printed as {"code", "msg", "details"}, with the plugin's own code where it
// has one and -1 where the library itself failed, and exits with 1. Built against Debian's golang-github-appc-cni-dev.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/types"
)

func main() {
	if len(os.Args) < 2 {
		fail(errors.New("usage: libcni add|check|del|validate FLAGS"))
	}
	flags := flag.NewFlagSet("libcni", flag.ContinueOnError)
	config := flags.String("config", "", "the network configuration list, a file")
	path := flags.String("path", "", "the directory of the plugins")
	cache := flags.String("cache", "", "where libcni keeps results")
	id := flags.String("id", "", "the container's id")
	netns := flags.String("netns", "", "the path of its network namespace")
	ifname := flags.String("ifname", "eth0", "the interface's name in it")
	args := flags.String("args", "", "CNI_ARGS")
	capabilities := flags.String("capabilities", "{}", "what the capabilities ask for, a JSON object")
	patience := flags.Duration("timeout", time.Minute, "how long to wait for the plugins")
	fail(flags.Parse(os.Args[2:]))

	list, err := libcni.ConfListFromFile(*config)
	fail(err)
	attachment := &libcni.RuntimeConf{ContainerID: *id, NetNS: *netns, IfName: *ifname}
	for _, pair := range strings.Split(*args, ";") {
		if key, value, found := strings.Cut(pair, "="); found {
			attachment.Args = append(attachment.Args, [2]string{key, value})
		}
	}
	fail(json.Unmarshal([]byte(*capabilities), &attachment.CapabilityArgs))
	cni := libcni.NewCNIConfigWithCacheDir([]string{*path}, *cache, nil)
	ctx, cancel := context.WithTimeout(context.Background(), *patience)
	defer cancel()

	switch os.Args[1] {
	case "add":
		result, err := cni.AddNetworkList(ctx, list, attachment)
		fail(err)
		fail(result.Print())
	case "check":
		fail(cni.CheckNetworkList(ctx, list, attachment))
	case "del":
		fail(cni.DelNetworkList(ctx, list, attachment))
	case "validate":
		declared, err := cni.ValidateNetworkList(ctx, list)
		fail(err)
		fail(json.NewEncoder(os.Stdout).Encode(declared))
	default:
		fail(fmt.Errorf("unknown operation %q", os.Args[1]))
	}
}

// Ends with the error, if there is one.
func fail(err error) {
	if err == nil {
		return
	}
	answer := map[string]interface{}{"code": -1, "msg": err.Error(), "details": ""}
	var plugins *types.Error
	if errors.As(err, &plugins) && plugins.Code != 0 {
		answer = map[string]interface{}{"code": plugins.Code, "msg": plugins.Msg, "details": plugins.Details}
	}
	if json.NewEncoder(os.Stdout).Encode(answer) != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(1)
}
