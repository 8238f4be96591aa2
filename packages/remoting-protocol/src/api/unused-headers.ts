/**
 * Header classes that 4.6.0 declares and neither its servers nor its clients put on the wire: kept so that a log dump of
 * another implementation's traffic can name their fields. GetBrokerClusterAclConfigResponseHeader is missing on purpose:
 * its only field is a list, which the header form can't carry.
 *
 * Source: common/protocol/header/CheckTransactionStateResponseHeader.java,
 * common/protocol/header/filtersrv/RegisterMessageFilterClassRequestHeader.java,
 * common/protocol/header/namesrv/RegisterOrderTopicRequestHeader.java (4.6.0)
 */
import { defineHeader, required } from './define-header.ts';

export const CheckTransactionStateResponseHeader = defineHeader('CheckTransactionStateResponseHeader', {
  producerGroup: required.string,
  tranStateTableOffset: required.long,
  commitLogOffset: required.long,
  commitOrRollback: required.int,
});

export const RegisterMessageFilterClassRequestHeader = defineHeader('RegisterMessageFilterClassRequestHeader', {
  consumerGroup: required.string,
  topic: required.string,
  className: required.string,
  classCRC: required.int,
});

export const RegisterOrderTopicRequestHeader = defineHeader('RegisterOrderTopicRequestHeader', {
  topic: required.string,
  orderTopicString: required.string,
});
