;;; policy-mode.el --- Policies -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1") (eglot "1.8"))
;; License: MIT OR Apache-2.0

;;; Commentary:

;; A mode for policies, and the server for it by eglot.  `M-x eglot' in a policy starts it.

;;; Code:

(require 'seq)

(defgroup policy nil
  "Policies."
  :group 'languages)

(defcustom policy-server-command '("policyc" "lsp")
  "How the server is started."
  :type '(repeat string)
  :group 'policy)

(defconst policy-mode--words
  '("policy" "entity" "enum" "fn" "module" "use" "pub" "exception" "obligation" "property" "test" "type" "data"
    "let" "return" "deny" "require" "allow" "escalate" "warn" "oblige" "transform" "include" "default" "applies"
    "mode" "when" "that" "because" "fix" "details" "for" "to" "by" "on" "at" "until" "expect" "assume" "given"
    "allows" "denies" "escalates" "warns" "if" "then" "else" "match" "any" "all" "none" "exactly" "one" "and"
    "or" "not" "implies" "in" "is" "matches" "contains" "div" "as" "with" "fold" "score" "without"))

(defconst policy-mode--keywords
  `((,(regexp-opt policy-mode--words 'symbols) . font-lock-keyword-face)
    (,(regexp-opt '("true" "false" "absent" "present" "empty") 'symbols) . font-lock-constant-face)
    ("@[a-z_]+" . font-lock-preprocessor-face)
    ("\\_<[A-Z][A-Za-z0-9_]*\\_>" . font-lock-type-face)))

(defvar policy-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?` "\"" table)
    (modify-syntax-entry ?_ "_" table)
    table))

;;;###autoload
(define-derived-mode policy-mode prog-mode "Policy"
  "A mode for policies."
  (setq-local comment-start "// ")
  (setq-local comment-end "")
  (setq-local tab-width 2)
  (setq-local indent-tabs-mode nil)
  (setq-local font-lock-defaults '(policy-mode--keywords)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.policy\\'" . policy-mode))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               `(policy-mode . ,(lambda (&rest _) policy-server-command))))

(defun policy-run-tests ()
  "Run the tests of this module."
  (interactive)
  (let* ((server (and (fboundp 'eglot-current-server) (eglot-current-server)))
         (uri (concat "file://" (buffer-file-name)))
         (results (jsonrpc-request server :policy/runTests (list :uri uri))))
    (message "%d passed, %d failed, %d skipped"
             (plist-get results :passed) (plist-get results :failed) (plist-get results :skipped))))

(provide 'policy-mode)

;;; policy-mode.el ends here
