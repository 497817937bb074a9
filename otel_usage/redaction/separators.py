"""What stands between a sensitive name and its value, and how far the value reaches: patterns alone, each bounded."""

from __future__ import annotations

from otel_usage.redaction.patterns import lazy

__all__ = [
    "BARE",
    "ESCAPED",
    "GENERATED",
    "PHRASE",
    "QUOTED",
    "REST",
    "SEPARATOR",
    "TAGGED",
    "VALUE_BEFORE",
]

_QUOTE = r"\\{0,15}[\"'`]"
_HEREDOC = r"(?: <<-? [ ]? [\"']? [A-Z_]{2,16} [\"']? \n )"

# Groups that say how much the form tells: ``op`` assigns; ``sibling`` is a field named value or default beside the name;
# ``fallback`` is what follows when a variable is unset; ``tag`` is an element's text. The others are looser: ``wrap`` a call
# on the right-hand side, ``comma`` the next argument, ``call`` the argument of a setter or a comparison, ``prose`` words.
SEPARATOR = lazy(
    rf"""(?x)
    (?P<close>\\{{0,15}}["'`] | &(?:quot|\#34|\#39); | \*{{1,2}} | __? )? \]? (?:\ \{{\ ?get;\ ?(?:\w{{1,9}}\ )?(?:set;|init;)?\ ?\}})? [!?]? (?:\.{{3,40}})? (?:[ ](?i:n?varchar2?)\(\w{{1,4}}\))? [ \t]{{0,24}}
    (?: (?P<op> => | := | \?= | \+= | === | !== | == | != | -> | <- | <<< | = | :(?![?:]) | {_HEREDOC} | %3[dD] | %3[aA] | \uff1a ) (?:\*{{2}}|__|(?:</\w{{1,10}}>){{1,2}})? (?:[ ]?(?:\\{{1,4}}\n|\\{{3,8}}n))? \s{{0,24}}
        (?: (?<=[:\ ]) [&*]? (?:'static\ )? (?:Optional\[|Option<|Final\[)? [A-Za-z_][\w.]{{0,30}} (?:\ ?\|\ ?None)? [\]>]? [ ]? = [ ]? )?
        (?: [|>][+-]? [ \t]{{0,4}} (?:\n|\\{{1,4}}n)\s{{1,24}} )?
        (?: [!&]!?\w{{1,12}} [ ] | await [ ] | &(?:quot|\#34|\#39); | [Dd]efault:[ ] | {_HEREDOC} | ENC\( | \$\( (?: echo\ (?:-n\ )? | cat\ {_HEREDOC} ) )?
        (?P<wrap> (?:new\ )? (?:\[\])? (?:[A-Za-z_$][\w.$:-]{{0,40}})? (?: \( \s{{0,16}} | (?<=\w)[ ]?\{{[ ]? | (?<=(?i:SecureString)) \s{{1,4}} ) (?:{_QUOTE}[^"'`\\\n]{{0,64}}{_QUOTE}\s{{0,2}},\s{{0,4}})? (?={_QUOTE}) )?
      | (?P<fallback> \)? \s{{0,4}} (?: \|\| | \?\? | \?: | or\b ) \s{{0,4}} (?={_QUOTE}) )
      | (?P<sibling> [\s,\\n/]{{0,40}} (?: (?:{_QUOTE})? (?![Vv]alue|default) [A-Za-z]\w{{0,15}} (?:{_QUOTE})? \s{{0,2}} [:=] \s{{0,2}} (?:{_QUOTE})? [\w.-]{{1,40}} (?:{_QUOTE})? [\s,]{{1,24}} ){{0,2}}
          (?:{_QUOTE})? (?:[Vv]alue|default) (?:{_QUOTE})? \s{{0,4}} [:=] \s{{0,4}} )
      | (?P<block> \{{ \s{{0,16}} (?: \w{{1,16}} \s{{0,8}} = \s{{0,4}} [^\n{{}}]{{1,60}} \n \s{{0,16}} ){{0,4}} default \s{{0,8}} = \s{{0,4}} )
      | (?P<comma> , \s{{0,8}} (?=[bru]{{0,2}}{_QUOTE}) )
      | (?P<call> (?: \)? \s? \.(?i:to_?be|to_?equal|tostrictequal|equals|equalsignorecase|eq|isequalto|is_equal_to|send_?keys|fill|type|val) )? \( \s{{0,4}}
          (?:{_QUOTE}[^"'`\\\n]{{0,64}}{_QUOTE}\s{{0,2}},\s{{0,4}})? (?={_QUOTE}) )
      | (?P<tag> > (?:\s{{0,16}}<value>)? )
      | (?P<prose> (?: :? [ ]? (?:</\w{{1,10}}>\s{{0,8}}){{1,3}} :? \s{{0,4}} (?:<\w{{1,10}}[^<>\n]{{0,80}}>\s{{0,4}}){{0,3}}
            | \s{{0,24}} [|\u2502] [ \t]{{1,24}} | \s{{1,4}} [\u2013\u2014\u2192\u00bb-]{{1,2}} \s{{1,4}} | \s [05789] \s
            | (?:\s|\\{{1,4}}[nt]){{1,4}} (?: (?i:for|to|of|on|at|in) (?:[ ][\w.@%'"/-]{{1,32}}){{1,5}}? [ ]{{0,2}} (?:is|was|:|=) \s{{1,4}}
                      | (?: (?:is|was|are|be|been|of|to|from|as|used|provided|set|now|will|has|changed|still|using)\b [ ]{{0,3}} ){{0,4}} :? \s{{0,3}} ) ) [`*_(]{{0,3}} )
    )"""
)
"""From the end of a name to the beginning of its value."""

QUOTED = lazy(
    r"""[bBrRuUfFNL@$]{0,2}(\"\"\"|'''|["'`])(?:django-insecure-)?(?P<v>(?:[^"'`\\\n]|\\.|(?!\1)["'`]){1,2048}+)"""
)
ESCAPED = lazy(
    r"""(?P<e>\\{1,15})(?P<q>["'`])(?:django-insecure-)?(?P<v>(?:[^\\\n"]|(?!(?P=e)(?P=q))\\++["'`]?){1,2048}+)"""
)
"""The same in text that was escaped: as many backslashes close the value as opened it."""

BARE = lazy(
    r"""(?x)(?:django-insecure-)?(?!&(?:\#|[a-z]{2,6};))(?P<v>(?![(\[{])(?:
        [^\s"'`<>,;&(){}\[\]\\|\x00]
      | &(?![\w.%-]{1,40}=|(?:amp|lt|gt|quot|apos|[lr][ds]quo);?|[&\#]|\s)
      | \|(?=[^\s|"'`])
      | [,;](?![\s"'`]|$|[\w.\ -]{1,40}[=:])
      | [(\[{](?=[^\s"']{0,60}[)\]}][^\s,;)])
      | (?<=[^\s"'(\[{])[)\]}](?=[\w!@#%^*+-])
    ){1,256}+)"""
)
TAGGED = lazy(r"\s{0,16}(?P<v>[^<>\n\x00]{1,512}+)(?=</)")
REST = lazy(r"[^\s\"'`<>\\\x00]{0,200}+")
"""What may still belong to a value after a bracket or another character that ends most values."""

PHRASE = lazy(r"(?P<v>[a-z]{3,12}(?:[ ][a-z]{3,12}){3,11}+)(?=[ \t.\"'`*_)]{0,4}(?:$|[\n<\\]))")
"""A phrase of words that fills its line."""

GENERATED = lazy(
    r"""(?x) (?: [ \t]{1,3} (?:is|was|provided|used|here|of|for|to|given|received|value|called|with|supplied|passed|found|invalid) ){0,2}
    [ \t]{0,3} [:=(-]{0,2} [ \t]{0,3} \\{0,8}["'`*]{0,3} (?P<v>[A-Za-z0-9][\w.~+/=-]{19,512}+)"""
)
"""A long run of characters shortly after a word such as "key" or "token"."""

VALUE_BEFORE = lazy(
    r"""(?x)[Vv]alue \\{0,15}["']? \s{0,4} [:=] \s{0,4} \\{0,15}["']? (?P<v>[^"'\\\n,]{3,200}+) \\{0,15}["']? [\s,]{1,40}
    \\{0,15}["']? (?:[Nn]ame|[Kk]ey) \\{0,15}["']? \s{0,4} [:=] \s{0,4} \\{0,15}["']? $"""
)
"""A field named value directly before the field that holds the name."""
