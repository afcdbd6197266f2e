import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { templateRenderer } from '../../../src/adapters/templates.ts'
import { OrchestrateError } from '../../../src/kernel/errors.ts'
import { Secret } from '../../../src/kernel/secret.ts'
import { joinText } from '../../../src/kernel/text.ts'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'templates-'))
})
afterAll(() => rmSync(root, { recursive: true }))

function template(name: string, source: string): string {
  const path = join(root, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, source)
  return name
}

let count = 0
function render(source: string, locals: Record<string, unknown> = {}) {
  count += 1
  return templateRenderer([root])(template(`t${count}.ejs`, source), locals)
}

function failure(source: string, locals: Record<string, unknown> = {}): string {
  count = 99
  try {
    render(source, locals)
  } catch (error) {
    if (!OrchestrateError.is(error)) throw error
    expect(error).toMatchObject({ code: 'E_TEMPLATE', exit: 'usage' })
    return `${error.message} → ${error.hint}`
  }
  return 'no error'
}

test('writes texts, numbers and booleans as they are, without escaping', () => {
  const text = render(
    '<%= it.a %> <%= it.n %> <%= it.yes %>\n<% for (const d of it.list) { -%>\n- <%= d.name %>\n<% } -%>\n',
    {
      a: `p&q <"'>`,
      n: 25,
      yes: false,
      list: [{ name: 'blue' }, { name: 'red' }],
    },
  )
  expect(String(text)).toBe(`p&q <"'> 25 false\n- blue\n- red\n`)
  expect(text.secret).toBe(false)
})

test('a secret and a text with secrets stay hidden and are whole on the wire', () => {
  const password = new Secret('db/mail', "it's $(x)")
  const text = render('user=<%= it.user %>\npassword=<%= it.password %>\n<%= it.line %>\n', {
    user: 'mail',
    password,
    line: joinText(['again ', password]),
  })
  expect(String(text)).toBe('user=mail\npassword=<secret:db/mail>\nagain <secret:db/mail>\n')
  expect(text.revealed()).toBe("user=mail\npassword=it's $(x)\nagain it's $(x)\n")
  expect(text.secret).toBe(true)
})

test('nested and frozen objects, lists and conditions work', () => {
  const it = Object.freeze({ tls: Object.freeze({ min: '1.2' }), list: Object.freeze(['a', 'b']), none: undefined })
  expect(
    String(render('<%= it.tls.min %> <%= it.list.join(",") %> <%= it.list.length %><% if (it.none) { %>!<% } %>', it)),
  ).toBe('1.2 a,b 2')
  expect(String(render('<%= "more" in it ? it.more : "-" %> <%= it.list.includes(it.list[0]) %>', it))).toBe('- true')
})

test('include takes names from the roots and hands locals and secrets on', () => {
  template('shared/head.ejs', '# <%= it.fqdn %> <%= it.key %>\n')
  const text = render(`<%- include('shared/head.ejs', { key: it.key }) %>end\n`, {
    fqdn: 'sv1.blue.example',
    key: new Secret('k', 'v'),
  })
  expect(String(text)).toBe('# sv1.blue.example <secret:k>\nend\n')
  expect(text.revealed()).toContain('example v')
})

test('every mistake names the template, the line and the next step', () => {
  const password = new Secret('p', 'clear')
  const list = [{ name: 'blue' }]
  expect(
    [
      failure('a\nb <%= it.domian %>', { domain: 'x', port: 25 }),
      failure('<%= it.tls.mim %>', { tls: { min: '1.2' } }),
      failure('<% for (const d of it.list) { %>\n<%= d.naem %><% } %>', { list }),
      failure('\n\n<%= it.none %>', { none: undefined }),
      failure('<%= it.none %>', { none: null }),
      failure('<%= it.list %>', { list }),
      failure('<%= it.tls %>', { tls: {} }),
      failure('<%= 0 / 0 %>'),
      failure('<%- it.name %>', { name: 'x' }),
      failure('x\n<%- include("a") + it.name %>', { name: 'x' }),
      failure('<%= "p=" + it.password %>', { password }),
      failure('<%= it.password.reveal() %>', { password }),
      failure('\n<%= it.line %>', { line: `password ${password}` }),
      failure('<secret:p>'),
      failure('<%= it.list.missing() %>', { list }),
      failure('<%= nowhere %>'),
      failure('<% it.a = 1 %>', { a: 2 }),
      failure('<% if ( %>'),
      failure('<%= it.a', { a: 2 }),
      failure(`one\n<%- include('missing.ejs') %>`),
    ].map((message) => message.replaceAll(root, 'ROOT')),
  ).toMatchInlineSnapshot(`
    [
      "template t100.ejs, line 2: it.domian does not exist; there is domain, port → did you mean it.domain?",
      "template t100.ejs, line 1: it.tls.mim does not exist; there is min → did you mean it.tls.min?",
      "template t100.ejs, line 2: it.list[0].naem does not exist; there is name → did you mean it.list[0].name?",
      "template t100.ejs, line 3: the value to be written is undefined → write a string, a number, true or false; use .join() for a list",
      "template t100.ejs, line 1: the value to be written is null → write a string, a number, true or false; use .join() for a list",
      "template t100.ejs, line 1: the value to be written is a list → write a string, a number, true or false; use .join() for a list",
      "template t100.ejs, line 1: the value to be written is a value of type object → write a string, a number, true or false; use .join() for a list",
      "template t100.ejs, line 1: the value to be written is NaN → write a string, a number, true or false; use .join() for a list",
      "template t100.ejs, line 1: <%- is for include(…) only, found <%- it.name %> → write <%= … %>; nothing is escaped there, and secrets stay hidden",
      "template t100.ejs, line 2: <%- is for include(…) only, found <%- include("a") + it.name %> → write <%= … %>; nothing is escaped there, and secrets stay hidden",
      "template t100.ejs, line 1: it.password is a secret or a rendered text and is used as a string → write it alone: <%= it.password %>",
      "template t100.ejs, line 1: it.password.reveal is not a function → correct the template or what the role gives to it",
      "template t100.ejs, line 2: the text contains <secret:…>, the printed form of a secret → give the Secret itself to the template, not a string made from it",
      "template t100.ejs: the text contains <secret:…>, the printed form of a secret → give the Secret itself to the template, not a string made from it",
      "template t100.ejs, line 1: it.list.missing does not exist; it is a list → correct the name, or have the role give it to the template",
      "template t100.ejs, line 1: nowhere is not defined → correct the template or what the role gives to it",
      "template t100.ejs, line 1: it.a is assigned to → work with a copy: a template cannot change what it was given",
      "template t100.ejs is not valid: Unexpected token 'return' in t100.ejs while compiling ejs → correct the JavaScript between <% and %>",
      "template t100.ejs is not valid: Could not find matching close tag for "<%=". → correct the JavaScript between <% and %>",
      "template missing.ejs does not exist under ROOT → there are: shared/head.ejs, t1.ejs, t100.ejs, t2.ejs, t3.ejs, t4.ejs, t5.ejs",
    ]
  `)
})

test('a mistake in an included template is told with that template and its line', () => {
  template('part.ejs', 'fine\n<%= it.oops %>')
  expect(failure(`<%- include('part.ejs') %>`, { a: 1 })).toBe(
    'template part.ejs, line 2: it.oops does not exist; there is a → correct the name, or have the role give it to the template',
  )
})

test('a template that does not exist: near names; nothing outside the roots', () => {
  template('postfix/main.cf.ejs', 'x')
  const renderer = templateRenderer([root])
  expect(String(renderer('postfix/main.cf', {}))).toBe('x')
  const hint = (name: string) => {
    try {
      return String(renderer(name, {}))
    } catch (error) {
      return OrchestrateError.is(error) ? error.hint : String(error)
    }
  }
  expect(hint('postfix/mian.cf.ejs')).toBe('did you mean postfix/main.cf.ejs?')
  expect(hint('main.cf.ejs')).toBe('did you mean postfix/main.cf.ejs?')
  expect(hint('../../etc/passwd')).toMatch(/^there are: /)
})

test('the first root wins and a template is read once', () => {
  const other = mkdtempSync(join(tmpdir(), 'templates-'))
  template('once.ejs', 'one <%= it.a %>')
  const renderer = templateRenderer([root, other])
  expect(String(renderer('once.ejs', { a: 1 }))).toBe('one 1')
  template('once.ejs', 'two')
  expect(String(renderer('once.ejs', { a: 2 }))).toBe('one 2')
  rmSync(other, { recursive: true })
})
