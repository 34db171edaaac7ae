#!/usr/bin/env bash
# Commands and plugins, driven as move.c is: lines ADD and DEL on standard input, nanoseconds and 0 on standard output.
#
#   commands.sh ip          DEVICE NETNS FAMILIES   ip, one command for each change
#   commands.sh host-device DEVICE NETNS FAMILIES   Debian's host-device with static addresses
#   commands.sh bridge      DEVICE NETNS FAMILIES   Debian's bridge with host-local addresses: a veth pair, no ENI
#   commands.sh enim        DEVICE NETNS FAMILIES   ENIM's plugin, which asks the agent at ENIM_SOCKET
#
# NETNS is a path under /run/netns. Any error ends it.
set -euo pipefail
kind=$1 device=$2 path=$3 families=$4
name=${path##*/}
plugins=${ENIM_PLUGINS:-/usr/lib/cni}
last=$((2 + $(cksum <<< "$device" | cut -d' ' -f1) % 250))

case $families in
  46)
    static='{"address":"192.0.2.'$last'/24","gateway":"192.0.2.1"},{"address":"2001:db8::'$last'/64","gateway":"2001:db8::1"}'
    ranges='[{"subnet":"192.0.2.0/24"}],[{"subnet":"2001:db8::/64"}]'
    routes='{"dst":"0.0.0.0/0"},{"dst":"::/0"}' ;;
  *)
    static='{"address":"192.0.2.'$last'/24","gateway":"192.0.2.1"}'
    ranges='[{"subnet":"192.0.2.0/24"}]'
    routes='{"dst":"0.0.0.0/0"}' ;;
esac
case $kind in
  host-device)
    plugin=$plugins/host-device
    conf='{"cniVersion":"1.0.0","name":"bench","type":"host-device","device":"'$device'",
      "ipam":{"type":"static","addresses":['$static'],"routes":['$routes']}}' ;;
  bridge)
    plugin=$plugins/bridge
    conf='{"cniVersion":"1.0.0","name":"bench","type":"bridge","bridge":"cni'${device//[!0-9]/}'","isGateway":true,
      "ipam":{"type":"host-local","dataDir":"/run/host-local","ranges":['$ranges'],"routes":['$routes']}}' ;;
  enim)
    plugin=$ENIM_PLUGIN
    conf='{"cniVersion":"1.0.0","name":"bench","type":"enim"}' ;;
  ip) ;;
  *) echo "commands.sh: expected ip, host-device, bridge or enim, not $kind" >&2; exit 2 ;;
esac

count=0
call() {
  printf '%s' "$conf" | CNI_COMMAND=$1 CNI_CONTAINERID=$device-$count CNI_NETNS=$path CNI_IFNAME=eth0 \
    CNI_PATH=$plugins "$plugin" > "/run/$device.answer" || { cat "/run/$device.answer" >&2; exit 1; }
}
ip_add() {
  ip link set "$device" down
  ip link set "$device" netns "$name"
  ip -n "$name" link set "$device" name eth0 alias "$device"
  ip -n "$name" link set eth0 up
  ip -n "$name" addr add "192.0.2.$last/24" dev eth0
  [ "$families" = 4 ] || ip -n "$name" addr add "2001:db8::$last/64" dev eth0 nodad
  ip -n "$name" route add default via 192.0.2.1 dev eth0
  [ "$families" = 4 ] || ip -n "$name" route add default via 2001:db8::1 dev eth0
}
ip_del() {
  ip -n "$name" link set eth0 down
  ip -n "$name" link set eth0 alias ''
  ip -n "$name" link set eth0 name "$device"
  ip -n "$name" link set "$device" netns "$$"
}

while read -r what; do
  case $what in
    ADD) count=$((count + 1)) ;;
    DEL) ;;
    *) echo "commands.sh: expected ADD or DEL, not $what" >&2; exit 2 ;;
  esac
  began=${EPOCHREALTIME/[.,]/}
  case $kind:$what in
    ip:ADD) ip_add ;;
    ip:DEL) ip_del ;;
    *) call "$what" ;;
  esac
  ended=${EPOCHREALTIME/[.,]/}
  echo "$(((ended - began) * 1000)) 0"
done
