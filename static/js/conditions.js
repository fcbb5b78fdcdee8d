// The comparing part of the forms' little language: names, 'strings', numbers, == != < <= > >= in, and or not, ( ).
// parse(text) gives a function of (name → answer) that returns true, false, or undefined for "cannot be told here".
const TOKEN = /\s*(?:('[^']*'|"[^"]*")|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(==|!=|<=|>=|[<>()[\],]))/y
const COMPARE = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b
}

export function parse (text) {
  try {
    const reader = new Reader(text)
    const test = reader.either()
    return reader.ended() ? test : unknown
  } catch {
    return unknown
  }
}

const unknown = () => undefined

class Reader {
  constructor (text) {
    this.tokens = []
    this.at = 0
    TOKEN.lastIndex = 0
    for (let found; TOKEN.lastIndex < text.trimEnd().length;) {
      found = TOKEN.exec(text)
      if (!found) throw new SyntaxError(text)
      this.tokens.push(found[0].trim())
    }
  }

  ended () { return this.at >= this.tokens.length }
  take (...wanted) { return wanted.includes(this.tokens[this.at]) ? this.tokens[this.at++] : undefined }
  need (wanted) { if (!this.take(wanted)) throw new SyntaxError(wanted) }

  either () {
    let left = this.both()
    while (this.take('or')) {
      const [one, other] = [left, this.both()]
      left = (answers) => or(one(answers), other(answers))
    }
    return left
  }

  both () {
    let left = this.negated()
    while (this.take('and')) {
      const [one, other] = [left, this.negated()]
      left = (answers) => not(or(not(one(answers)), not(other(answers))))
    }
    return left
  }

  negated () {
    if (!this.take('not')) return this.compared()
    const inner = this.negated()
    return (answers) => not(inner(answers))
  }

  compared () {
    if (this.take('(')) {
      const inner = this.either()
      this.need(')')
      return inner
    }
    const left = this.value()
    if (this.take('in')) return within(left, this.value())
    if (this.tokens[this.at] === 'not' && this.tokens[this.at + 1] === 'in') {
      this.at += 2
      const inside = within(left, this.value())
      return (answers) => not(inside(answers))
    }
    const sign = this.take(...Object.keys(COMPARE))
    if (!sign) return (answers) => truth(left(answers))
    const right = this.value()
    return (answers) => judge(sign, left(answers), right(answers))
  }

  value () {
    const token = this.tokens[this.at++]
    if (token === '(' || token === '[') return this.list(token === '(' ? ')' : ']')
    if (/^['"]/.test(token)) return () => token.slice(1, -1)
    if (/^\d/.test(token)) return () => Number(token)
    if (/^\w+$/.test(token)) return (answers) => answers(token)
    throw new SyntaxError(token)
  }

  list (end) {
    const values = []
    while (!this.take(end)) {
      values.push(this.value())
      this.take(',')
    }
    return (answers) => values.map((value) => value(answers))
  }
}

const not = (known) => known === undefined ? undefined : !known
const or = (one, other) => one === true || other === true ? true : one === undefined || other === undefined ? undefined : false
const truth = (value) => value === undefined ? undefined : value.length > 0 || (typeof value === 'number' && value !== 0)

/** Numbers are compared as numbers where one side is written as one; a reader may type 12,5. */
function judge (sign, left, right) {
  if (left === undefined || right === undefined) return undefined
  if (typeof left !== 'number' && typeof right !== 'number') return COMPARE[sign](left, right)
  const numbers = [left, right].map((side) => typeof side === 'number' ? side : Number.parseFloat(side.replace(',', '.')))
  return numbers.some(Number.isNaN) ? false : COMPARE[sign](...numbers)
}

function within (item, list) {
  return (answers) => {
    const [wanted, values] = [item(answers), list(answers)]
    return wanted === undefined || values === undefined ? undefined : values.includes(wanted)
  }
}
