/** Paths of Network v2.0 (Neutron) and of what extends it, as docs.openstack.org/api-ref/network has them. */
import { loadBalancing } from '../load-balancer/collections.ts';
import type { PathGrammar, Reference } from '../types.ts';

function reference(pointer: string, type: string): Reference {
  return { pointer, type };
}

function shared(kind: string, type: string): Reference {
  return { pointer: '/rbac_policy/object_id', type, when: { object_type: kind } };
}

export const paths: PathGrammar = {
  collections: {
    '/networks': { type: 'network' },
    '/subnets': { type: 'subnet' },
    '/ports': { type: 'port' },
    '/routers': { type: 'router' },
    '/security-groups': { type: 'security-group' },
    '/floatingips': {
      type: 'floating-ip',
      below: { '/port_forwardings': [reference('/port_forwarding/internal_port_id', 'port')] },
    },
    '/security-group-rules': {
      references: [
        reference('/security_group_rule/security_group_id', 'security-group'),
        reference('/security_group_rule/remote_group_id', 'security-group'),
        reference('/security_group_rules/*/security_group_id', 'security-group'),
        reference('/security_group_rules/*/remote_group_id', 'security-group'),
      ],
    },
    '/default-security-group-rules': {},
    '/subnetpools': { references: [reference('/subnetpool/address_scope_id', '/address-scopes')] },
    '/address-scopes': {},
    '/address-groups': {},
    '/trunks': {
      references: [reference('/trunk/port_id', 'port'), reference('/trunk/sub_ports/*/port_id', 'port')],
      below: { '/add_subports': [reference('/sub_ports/*/port_id', 'port')] },
    },
    '/rbac-policies': {
      references: [
        shared('network', 'network'),
        shared('security_group', 'security-group'),
        shared('subnetpool', '/subnetpools'),
        shared('address_scope', '/address-scopes'),
        shared('address_group', '/address-groups'),
        shared('qos_policy', '/qos/policies'),
      ],
    },
    '/segments': { references: [reference('/segment/network_id', 'network')] },
    '/network_segment_ranges': {},
    '/network-ip-availabilities': { idFields: ['network_id'] },
    '/local_ips': {
      references: [reference('/local_ip/local_port_id', 'port'), reference('/local_ip/network_id', 'network')],
      below: { '/port_associations': [reference('/port_association/fixed_port_id', 'port')] },
    },
    '/ndp_proxies': {
      references: [reference('/ndp_proxy/router_id', 'router'), reference('/ndp_proxy/port_id', 'port')],
    },
    '/agents': {
      below: {
        '/dhcp-networks': [reference('/network_id', 'network')],
        '/l3-routers': [reference('/router_id', 'router')],
        '/bgp-drinstances': [reference('/bgp_speaker_id', '/bgp-speakers')],
      },
    },
    '/flavors': { below: { '/service_profiles': [reference('/service_profile/id', '/service_profiles')] } },
    '/service_profiles': {},
    '/metering/metering-labels': {},
    '/metering/metering-label-rules': {
      references: [reference('/metering_label_rule/metering_label_id', '/metering/metering-labels')],
    },
    '/quotas': { ids: 'project', words: ['tenant', 'project'] },
    '/auto-allocated-topology': { ids: 'project', words: ['None', 'null'] },
    '/security-groups-default-statefulness': { ids: 'project' },
    '/qos/policies': {},
    '/log/logs': {
      references: [reference('/log/resource_id', 'security-group'), reference('/log/target_id', 'port')],
    },
    '/bgp-peers': {},
    '/bgp-speakers': {
      below: {
        '/add_bgp_peer': [reference('/bgp_peer_id', '/bgp-peers')],
        '/add_gateway_network': [reference('/network_id', 'network')],
      },
    },
    '/bgpvpn/bgpvpns': {
      below: {
        '/network_associations': [reference('/network_association/network_id', 'network')],
        '/router_associations': [reference('/router_association/router_id', 'router')],
        '/port_associations': [reference('/port_association/port_id', 'port')],
      },
    },
    '/fwaas/firewall_groups': {
      references: [
        reference('/firewall_group/ports/*', 'port'),
        reference('/firewall_group/ingress_firewall_policy_id', '/fwaas/firewall_policies'),
        reference('/firewall_group/egress_firewall_policy_id', '/fwaas/firewall_policies'),
      ],
      below: { '': [reference('/firewall_group/ports/*', 'port')] },
    },
    '/fwaas/firewall_policies': {
      references: [reference('/firewall_policy/firewall_rules/*', '/fwaas/firewall_rules')],
      below: { '/insert_rule': [reference('/firewall_rule_id', '/fwaas/firewall_rules')] },
    },
    '/fwaas/firewall_rules': {},
    '/vpn/vpnservices': {
      references: [reference('/vpnservice/router_id', 'router'), reference('/vpnservice/subnet_id', 'subnet')],
    },
    '/vpn/endpoint-groups': {},
    '/vpn/ikepolicies': {},
    '/vpn/ipsecpolicies': {},
    '/vpn/ipsec-site-connections': {
      references: [
        reference('/ipsec_site_connection/vpnservice_id', '/vpn/vpnservices'),
        reference('/ipsec_site_connection/ikepolicy_id', '/vpn/ikepolicies'),
        reference('/ipsec_site_connection/ipsecpolicy_id', '/vpn/ipsecpolicies'),
        reference('/ipsec_site_connection/local_ep_group_id', '/vpn/endpoint-groups'),
        reference('/ipsec_site_connection/peer_ep_group_id', '/vpn/endpoint-groups'),
      ],
    },
    '/sfc/flow_classifiers': {
      references: [
        reference('/flow_classifier/logical_source_port', 'port'),
        reference('/flow_classifier/logical_destination_port', 'port'),
      ],
    },
    '/sfc/port_pairs': {
      references: [reference('/port_pair/ingress', 'port'), reference('/port_pair/egress', 'port')],
    },
    '/sfc/port_pair_groups': { references: [reference('/port_pair_group/port_pairs/*', '/sfc/port_pairs')] },
    '/sfc/port_chains': {
      references: [
        reference('/port_chain/port_pair_groups/*', '/sfc/port_pair_groups'),
        reference('/port_chain/flow_classifiers/*', '/sfc/flow_classifiers'),
      ],
    },
    '/sfc/service_graphs': {},
    '/taas/tap_services': { references: [reference('/tap_service/port_id', 'port')] },
    '/taas/tap_flows': {
      references: [
        reference('/tap_flow/source_port', 'port'),
        reference('/tap_flow/tap_service_id', '/taas/tap_services'),
      ],
    },
    '/taas/tap_mirrors': { references: [reference('/tap_mirror/port_id', 'port')] },
    // Load balancing was an extension of Network's before it was a service.
    ...loadBalancing,
  },
};
