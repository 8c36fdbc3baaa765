" Colours for policies until the server says more.
if exists("b:current_syntax")
  finish
endif

syntax keyword policyWord policy entity enum fn module use pub exception obligation property test type data let return
syntax keyword policyWord deny require allow escalate warn oblige transform include default applies mode resolve first
syntax keyword policyWord when that because fix details for to by on at until approved follow up read max age
syntax keyword policyWord expect assume given allows denies escalates warns obliges excepts fails misfits times
syntax keyword policyWord open closed ordered secret union if then else match any all none exactly one without fold score
syntax keyword policyOperator and or not implies in is matches div as with
syntax match policyOperator /\<contains\>/
syntax keyword policyConstant true false absent present empty
syntax match policyType /\<[A-Z]\w*\>/
syntax match policyNumber /\<\d[0-9_]*\(\.\d\+\)\?\(ms\|[smhdw]\)\?\>/
syntax match policyTime /@\d\+[-:][-0-9T:.Z+]*/
syntax match policyAnnotation /@[a-z]\w*/
syntax match policyComment /\/\/.*$/
syntax region policyText start=/"/ skip=/\\./ end=/"\|$/ contains=policyHole
syntax region policyHole start=/{/ end=/}/ contained contains=policyWord,policyOperator,policyConstant

highlight default link policyWord Keyword
highlight default link policyOperator Operator
highlight default link policyConstant Boolean
highlight default link policyType Type
highlight default link policyNumber Number
highlight default link policyTime Constant
highlight default link policyAnnotation PreProc
highlight default link policyComment Comment
highlight default link policyText String
highlight default link policyHole Special

let b:current_syntax = "policy"
