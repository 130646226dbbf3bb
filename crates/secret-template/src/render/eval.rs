//! Walking a template over its data: `exec.go` of Go's `text/template`.

use crate::syntax::tree::{Branch, Command, List, Node, NodeKind, Number, Pipe, Tree, Word, WordKind};

use super::fault::{Fault, Result};
use super::format::print_action;
use super::function::{self, Function, Parameter};
use super::text::{Buffer, Text};
use super::value::{Element, Memory, Value};

/// How deep blocks, parentheses and named templates may be inside each other while rendering.
const MAX_DEPTH: usize = 200;

/// A fault, where in the text it was found, and in which function.
pub(crate) struct Located {
    pub(crate) fault: Fault,
    pub(crate) at: usize,
    pub(crate) function: Option<String>,
}

pub(crate) struct State<'t> {
    tree: &'t Tree,
    pub(crate) memory: Memory,
    pub(crate) out: Buffer,
    variables: Vec<(&'t str, Value)>,
    /// Where the walk is, for a fault.
    at: usize,
    function: Option<&'t str>,
    depth: usize,
}

/// Whether the nodes after this one come next.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Flow {
    On,
    Break,
    Continue,
}

impl<'t> State<'t> {
    pub(crate) fn new(tree: &'t Tree, memory: Memory, root: &Value) -> Self {
        let variables = vec![("$", root.clone())];
        Self { tree, memory, out: Buffer::new(), variables, at: 0, function: None, depth: 0 }
    }

    pub(crate) fn run(&mut self, root: &Value) -> Result<(), Located> {
        let tree = self.tree;
        match self.list(root, &tree.root) {
            Ok(_) => Ok(()),
            Err(fault) => Err(Located { fault, at: self.at, function: self.function.map(str::to_owned) }),
        }
    }

    fn deeper<T>(&mut self, inside: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return Err(Fault::new("the template is nested too deeply, or includes itself"));
        }
        self.depth += 1;
        let result = inside(self);
        self.depth -= 1;
        result
    }

    fn list(&mut self, dot: &Value, list: &'t List) -> Result<Flow> {
        self.deeper(|state| {
            for node in list {
                let flow = state.node(dot, node)?;
                if flow != Flow::On {
                    return Ok(flow);
                }
            }
            Ok(Flow::On)
        })
    }

    fn node(&mut self, dot: &Value, node: &'t Node) -> Result<Flow> {
        self.at = node.at;
        self.memory.work(1)?;
        match &node.kind {
            NodeKind::Text(text) => {
                self.memory.work(text.len())?;
                self.out.extend(text.as_bytes());
            }
            NodeKind::Action(pipe) => {
                let value = self.pipe(dot, pipe)?;
                if pipe.variables.is_empty() {
                    print_action(&mut self.out, &value, &self.memory)?;
                }
            }
            NodeKind::If(branch) => return self.branch(dot, branch, false),
            NodeKind::With(branch) => return self.branch(dot, branch, true),
            NodeKind::Range(branch) => return self.range(dot, branch),
            NodeKind::Template { name, pipe } => self.template(dot, name, pipe.as_ref())?,
            NodeKind::Break => return Ok(Flow::Break),
            NodeKind::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn branch(&mut self, dot: &Value, branch: &'t Branch, sets_dot: bool) -> Result<Flow> {
        let mark = self.variables.len();
        let value = self.pipe(dot, &branch.pipe)?;
        let flow = if value.is_true(&self.memory) {
            self.list(if sets_dot { &value } else { dot }, &branch.then)
        } else {
            branch.otherwise.as_ref().map_or(Ok(Flow::On), |list| self.list(dot, list))
        };
        self.variables.truncate(mark);
        flow
    }

    fn range(&mut self, dot: &Value, branch: &'t Branch) -> Result<Flow> {
        let outer = self.variables.len();
        let over = self.pipe(dot, &branch.pipe)?;
        let pairs = self.pairs(&over, branch.pipe.variables.len())?;
        let mark = self.variables.len();
        let mut flow = Flow::On;
        for (index, element) in &pairs {
            self.set_loop_variables(&branch.pipe, mark, index, element)?;
            flow = self.list(element, &branch.then)?;
            self.variables.truncate(mark);
            if flow == Flow::Break {
                break;
            }
        }
        if pairs.is_empty()
            && let Some(list) = &branch.otherwise
        {
            flow = self.list(dot, list)?;
            self.variables.truncate(outer);
            return Ok(flow);
        }
        self.variables.truncate(outer);
        let _ = flow;
        Ok(Flow::On)
    }

    fn set_loop_variables(
        &mut self,
        pipe: &'t Pipe,
        mark: usize,
        index: &Value,
        element: &Value,
    ) -> Result<()> {
        let values: &[&Value] = match pipe.variables.len() {
            0 => return Ok(()),
            1 => &[element],
            _ => &[index, element],
        };
        for (offset, (name, value)) in pipe.variables.iter().zip(values).enumerate() {
            if pipe.assigns {
                self.assign(name, value)?;
            } else {
                self.variables[mark - values.len() + offset].1 = (*value).clone();
            }
        }
        Ok(())
    }

    /// What a range goes through: keys in order, indexes from 0.
    fn pairs(&mut self, over: &Value, variables: usize) -> Result<Vec<(Value, Value)>> {
        let pairs = match over {
            Value::Nil | Value::NilElement => Vec::new(),
            Value::Int(number) | Value::Int64(number) => self.count(over, *number, variables)?,
            Value::Byte(number) => self.count(over, i64::from(*number), variables)?,
            Value::List(id) => {
                let list = self.memory.list(*id);
                let items = list.items.iter().enumerate();
                items.map(|(index, item)| (int(index), item.as_element())).collect()
            }
            Value::Map(id) => {
                let entries = self.memory.map(*id).entries.iter();
                entries.map(|(key, item)| (Value::Text(key.clone()), item.as_element())).collect()
            }
            other => {
                let name = other.type_name(&self.memory);
                return Err(Fault::named(format!("range cannot go through {name}")));
            }
        };
        self.memory.work(pairs.len())?;
        Ok(pairs)
    }

    fn count(&mut self, of: &Value, number: i64, variables: usize) -> Result<Vec<(Value, Value)>> {
        if variables > 1 {
            return Err(Fault::new("range over a number has one variable"));
        }
        let number = usize::try_from(number).unwrap_or(0);
        self.memory.work(number.saturating_mul(8))?;
        let item = |index: usize| match of {
            Value::Int64(_) => Value::Int64(i64::try_from(index).unwrap_or(i64::MAX)),
            Value::Byte(_) => Value::Byte(u8::try_from(index).unwrap_or(u8::MAX)),
            _ => int(index),
        };
        Ok((0..number).map(|index| (Value::Nil, item(index))).collect())
    }

    fn template(&mut self, dot: &Value, name: &'t [u8], pipe: Option<&'t Pipe>) -> Result<()> {
        let at = self.at;
        let tree = self.tree;
        let Some(list) = tree.defined.get(name) else {
            return Err(Fault::new("the template of this name is not defined"));
        };
        let dot = match pipe {
            Some(pipe) => self.pipe(dot, pipe)?,
            None => Value::Nil,
        };
        self.at = at;
        let outer = core::mem::replace(&mut self.variables, vec![("$", dot.clone())]);
        self.list(&dot, list)?;
        self.variables = outer;
        Ok(())
    }

    fn assign(&mut self, name: &str, value: &Value) -> Result<()> {
        let variable = self.variables.iter_mut().rev().find(|(known, _)| *known == name);
        let Some((_, place)) = variable else { return Err(Fault::new("the variable has no value yet")) };
        *place = value.clone();
        Ok(())
    }

    fn variable(&self, name: &str) -> Result<Value> {
        let variable = self.variables.iter().rev().find(|(known, _)| *known == name);
        variable.map(|(_, value)| value.clone()).ok_or(Fault::new("the variable has no value yet"))
    }

    fn pipe(&mut self, dot: &Value, pipe: &'t Pipe) -> Result<Value> {
        self.deeper(|state| {
            let mut value = None;
            for command in &pipe.commands {
                let result = state.command(dot, command, value)?;
                value = Some(if result.is_nil() { Value::Nil } else { result });
            }
            let value = value.unwrap_or(Value::Nil);
            for name in &pipe.variables {
                if pipe.assigns {
                    state.assign(name, &value)?;
                } else {
                    state.variables.push((name, value.clone()));
                }
            }
            Ok(value)
        })
    }

    /// The value of a command; `last` is what the command before it in the pipeline gave.
    fn command(&mut self, dot: &Value, command: &'t Command, last: Option<Value>) -> Result<Value> {
        let (first, arguments) = (&command.words[0], &command.words[1..]);
        if let WordKind::Function(name) = &first.kind {
            return self.call(dot, first.at, name, arguments, last);
        }
        let has_arguments = !arguments.is_empty() || last.is_some();
        self.at = first.at;
        if has_arguments {
            return Err(Fault::new("only a function can be given arguments"));
        }
        match &first.kind {
            WordKind::Nil => Err(Fault::new("nil alone is no command")),
            WordKind::Bool(value) => Ok(Value::Bool(*value)),
            WordKind::Number(number) => ideal(*number),
            WordKind::Text(text) => Ok(Value::of_text(text)),
            _ => self.reference(dot, first),
        }
    }

    /// The value of a word that is no literal.
    fn reference(&mut self, dot: &Value, word: &'t Word) -> Result<Value> {
        self.at = word.at;
        match &word.kind {
            WordKind::Dot => Ok(dot.clone()),
            WordKind::Field(path) => self.path(dot.clone(), path),
            WordKind::Variable(name, path) => {
                let value = self.variable(name)?;
                self.path(value, path)
            }
            WordKind::Pipe(pipe) => self.pipe(dot, pipe),
            WordKind::Chain(inner, path) => {
                let value = self.reference(dot, inner)?;
                self.at = word.at;
                self.path(value, path)
            }
            WordKind::Function(name) => self.call(dot, word.at, name, &[], None),
            _ => Err(Fault::new("this cannot stand here")),
        }
    }

    fn path(&mut self, value: Value, path: &[String]) -> Result<Value> {
        path.iter().try_fold(value, |value, name| self.field(&value, name))
    }

    fn field(&mut self, value: &Value, name: &str) -> Result<Value> {
        match value {
            Value::Map(id) => {
                let found = self.memory.map(*id).entries.get(&Text::of(name.as_bytes()));
                found.map(Value::as_element).ok_or_else(|| Fault::named(format!("there is no key {name:?}")))
            }
            value if value.is_nil() => Err(Fault::named(format!("nothing has no key {name:?}"))),
            value => {
                let kind = value.type_name(&self.memory);
                Err(Fault::named(format!("a {kind} has no key {name:?}")))
            }
        }
    }

    fn call(
        &mut self,
        dot: &Value,
        at: usize,
        name: &'t str,
        words: &'t [Word],
        last: Option<Value>,
    ) -> Result<Value> {
        let failing = |state: &mut Self| {
            state.at = at;
            state.function = Some(name);
        };
        self.at = at;
        let Some(function) = function::find(name) else {
            failing(self);
            return Err(Fault::new("it is not rendered here"));
        };
        if let Err(fault) = function.check_count(words.len() + usize::from(last.is_some())) {
            failing(self);
            return Err(fault);
        }
        if function.stops_early() {
            return self.and_or(dot, name == "or", words, last);
        }
        let mut arguments = Vec::with_capacity(words.len() + 1);
        for (index, word) in words.iter().enumerate() {
            let argument = self.argument(dot, word, function.parameter(index));
            arguments.push(argument.inspect_err(|_| self.function = self.function.or(Some(name)))?);
        }
        if let Some(last) = last {
            let checked = self.fits(last, function.parameter(words.len()));
            arguments.push(checked.inspect_err(|_| failing(self))?);
        }
        let result = self.run_function(function, &arguments);
        result.inspect_err(|_| failing(self))
    }

    fn run_function(&mut self, function: &Function, arguments: &[Value]) -> Result<Value> {
        let size = |memory: &Memory, value: &Value| match value {
            Value::Text(text) => 1 + text.len(),
            Value::List(id) => 1 + memory.list(*id).items.len(),
            Value::Map(id) => 1 + memory.map(*id).entries.len(),
            _ => 1,
        };
        let taken: usize = arguments.iter().map(|argument| size(&self.memory, argument)).sum();
        self.memory.work(taken)?;
        let result = function.run(&mut self.memory, arguments)?;
        let given = size(&self.memory, &result);
        self.memory.work(given)?;
        Ok(result)
    }

    /// `and` and `or` look at no argument after the one that decides.
    fn and_or(&mut self, dot: &Value, is_or: bool, words: &'t [Word], last: Option<Value>) -> Result<Value> {
        let mut value = Value::Nil;
        for word in words {
            value = self.argument(dot, word, Parameter::Any)?;
            if value.is_true(&self.memory) == is_or {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    /// A word as an argument: what a literal is depends on the parameter.
    fn argument(&mut self, dot: &Value, word: &'t Word, parameter: Parameter) -> Result<Value> {
        self.at = word.at;
        let wrong = |found: &str| Fault::named(format!("expected {}, found {found}", parameter.type_name()));
        match (&word.kind, parameter) {
            (WordKind::Nil, Parameter::Any | Parameter::Map) => Ok(Value::Nil),
            (WordKind::Nil, _) => Err(wrong("nil")),
            (WordKind::Bool(value), Parameter::Any | Parameter::Bool) => Ok(Value::Bool(*value)),
            (WordKind::Bool(_), _) => Err(wrong("true or false")),
            (WordKind::Text(text), Parameter::Any | Parameter::Text) => Ok(Value::of_text(text)),
            (WordKind::Text(_), _) => Err(wrong("a text")),
            (WordKind::Number(number), Parameter::Any) => ideal(*number),
            (WordKind::Number(number), Parameter::Int) => {
                number.int.map(Value::Int).ok_or_else(|| wrong("a fraction"))
            }
            (WordKind::Number(number), Parameter::Float) => {
                number.float.map(Value::Float).ok_or_else(|| wrong("a number"))
            }
            (WordKind::Number(_), _) => Err(wrong("a number")),
            _ => {
                let value = self.reference(dot, word)?;
                self.at = word.at;
                self.fits(value, parameter)
            }
        }
    }

    /// The value, when it is of the kind that a parameter takes.
    fn fits(&self, value: Value, parameter: Parameter) -> Result<Value> {
        let fits = match (&value, parameter) {
            (_, Parameter::Any)
            | (Value::Nil, Parameter::Map)
            | (Value::Text(_), Parameter::Text)
            | (Value::Int(_), Parameter::Int)
            | (Value::Bool(_), Parameter::Bool)
            | (Value::Float(_), Parameter::Float) => true,
            (Value::Map(id), Parameter::Map) => self.memory.map(*id).of == Element::Any,
            _ => false,
        };
        if fits {
            return Ok(value);
        }
        let (expected, found) = (parameter.type_name(), value.type_name(&self.memory));
        Err(Fault::named(format!("expected {expected}, found {found}")))
    }
}

fn int(index: usize) -> Value {
    Value::Int(i64::try_from(index).unwrap_or(i64::MAX))
}

/// A number where nothing says which kind is wanted.
fn ideal(number: Number) -> Result<Value> {
    match number {
        Number { float: Some(float), reads_as_float: true, .. } => Ok(Value::Float(float)),
        Number { int: Some(int), .. } => Ok(Value::Int(int)),
        _ => Err(Fault::new("the number does not fit in an int")),
    }
}
