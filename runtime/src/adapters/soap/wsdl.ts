import type { AdapterConfig, BodyOf, RequestOf } from '../../contract';
import { RequestError } from '../../errors';
import type { ModelInstance } from '../../inference';
import { escapeXml } from '../xml/write-xml';
import { XML_DECLARATION } from '../xml/xml-bytes';
import { SOAP, SOAP_VERSIONS } from './soap-version';
import { predictionElements, rowElements } from './wsdl-types';

const XS = 'http://www.w3.org/2001/XMLSchema';
const WSDL = 'http://schemas.xmlsoap.org/wsdl/';
const TRANSPORT = 'http://schemas.xmlsoap.org/soap/http';

/**
 * The service in WSDL 1.1, document/literal wrapped, from the signature of the model.
 *
 * Source: https://www.w3.org/TR/2001/NOTE-wsdl-20010315
 *
 * @throws RequestError REQUEST_ROUTE_NOT_FOUND where a mapping makes bodies that nothing describes
 */
export function wsdlOf(config: AdapterConfig, instance: ModelInstance, address: string): string {
  const { request, response } = config as AdapterConfig & { request: RequestOf<'soap'> };
  const described = request.map === null && request.fields === null && response.map === null;
  if (!described || response.body.format !== 'soap') {
    const message = 'There is no WSDL of this adapter: its bodies are made by a mapping.';
    throw new RequestError('REQUEST_ROUTE_NOT_FOUND', message);
  }
  return [
    XML_DECLARATION,
    `<wsdl:definitions name="${request.operation}Service" targetNamespace="${escapeXml(request.namespace)}"`,
    ` xmlns:tns="${escapeXml(request.namespace)}" xmlns:wsdl="${WSDL}" xmlns:xs="${XS}">`,
    schema(request, response.body, instance),
    messages(request.operation, response.body.operation),
    ...bindings(request, address),
    '</wsdl:definitions>',
  ].join('');
}

function schema(request: RequestOf<'soap'>, body: BodyOf<'soap'>, instance: ModelInstance): string {
  return (
    `<wsdl:types><xs:schema targetNamespace="${escapeXml(request.namespace)}" elementFormDefault="qualified">` +
    list(request.operation, request.row, rowElements(instance.manifest)) +
    list(body.operation, body.row, predictionElements(instance.manifest)) +
    '</xs:schema></wsdl:types>'
  );
}

/** An element that holds rows. */
function list(operation: string, row: string, elements: string): string {
  const type = `<xs:complexType><xs:sequence>${elements}</xs:sequence></xs:complexType>`;
  return (
    `<xs:element name="${operation}"><xs:complexType><xs:sequence>` +
    `<xs:element name="${row}" maxOccurs="unbounded">${type}</xs:element>` +
    '</xs:sequence></xs:complexType></xs:element>'
  );
}

function messages(input: string, output: string): string {
  const message = (name: string) =>
    `<wsdl:message name="${name}Message"><wsdl:part name="parameters" element="tns:${name}"/></wsdl:message>`;
  return (
    message(input) +
    message(output) +
    `<wsdl:portType name="${input}PortType"><wsdl:operation name="${input}">` +
    `<wsdl:input message="tns:${input}Message"/><wsdl:output message="tns:${output}Message"/>` +
    '</wsdl:operation></wsdl:portType>'
  );
}

/** A binding and a port for each version that is spoken. */
function bindings({ operation, version }: RequestOf<'soap'>, address: string): string[] {
  const spoken = SOAP_VERSIONS.filter((known) => version === 'any' || version === known);
  const ports = spoken.map((known) => {
    const name = portName(operation, known);
    const location = `<soap:address xmlns:soap="${SOAP[known].binding}" location="${escapeXml(address)}"/>`;
    return `<wsdl:port name="${name}" binding="tns:${name}Binding">${location}</wsdl:port>`;
  });
  return [
    ...spoken.map((known) => binding(operation, portName(operation, known), SOAP[known].binding)),
    `<wsdl:service name="${operation}Service">${ports.join('')}</wsdl:service>`,
  ];
}

const portName = (operation: string, version: string): string =>
  `${operation}${version === '1.1' ? 'Soap' : 'Soap12'}`;

function binding(operation: string, name: string, namespace: string): string {
  const body = '<soap:body use="literal"/>';
  return (
    `<wsdl:binding name="${name}Binding" type="tns:${operation}PortType" xmlns:soap="${namespace}">` +
    `<soap:binding style="document" transport="${TRANSPORT}"/>` +
    `<wsdl:operation name="${operation}"><soap:operation soapAction="" style="document"/>` +
    `<wsdl:input>${body}</wsdl:input><wsdl:output>${body}</wsdl:output></wsdl:operation></wsdl:binding>`
  );
}
