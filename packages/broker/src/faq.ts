/** The tail Java puts behind remarks that users search for. Source: common/help/FAQUrl.java (4.6.0) */
export const FAQ_SUFFIX = '\nSee http://rocketmq.apache.org/docs/faq/ for further details.';
