;;; probe.el --- A session of Emacs with eglot and a real server -*- lexical-binding: t; -*-

;;; Commentary:

;; Over a copy of an example; what is found is printed, line by line, and the exit code says whether it was what it
;; should be.  Run by `cargo xtask editors'.
;;
;; Environment: POLICYC, the program; PROJECT, the folder of the project; HERE, the folder of the set-up.

;;; Code:

(package-initialize)
(require 'eglot)
(require 'project)
(add-to-list 'load-path (getenv "HERE"))
(require 'policy-mode)

(defvar probe-passed 0)
(defvar probe-failed 0)

(defun probe-check (name fine told)
  "Print whether what NAME says is FINE, and otherwise what was TOLD."
  (if fine (setq probe-passed (1+ probe-passed)) (setq probe-failed (1+ probe-failed)))
  (princ (format "%s %s%s\n" (if fine "ok  " "FAIL") name (if fine "" (format ": %S" told)))))

(defun probe-wait (condition)
  "Wait until CONDITION holds."
  (let ((tries 100) found)
    (while (and (> tries 0) (not (setq found (funcall condition))))
      (setq tries (1- tries))
      (accept-process-output nil 0.1))
    found))

(defun probe-errors ()
  "The mistakes that flymake shows."
  (seq-filter (lambda (one) (eq (flymake-diagnostic-type one) 'eglot-error)) (flymake-diagnostics)))

(defun probe ()
  "The session."
  (setq policy-server-command (list (getenv "POLICYC") "lsp")
        eglot-sync-connect 20
        eglot-send-changes-idle-time 0
        eglot-confirm-server-initiated-edits nil)
  (cl-letf (((symbol-function 'y-or-n-p) (lambda (&rest _) t))
            ((symbol-function 'project-current)
             (lambda (&rest _) (cons 'transient (file-name-as-directory (getenv "PROJECT"))))))
    (find-file (expand-file-name "policies/ci/merge.policy" (getenv "PROJECT")))
    (probe-check "the mode is known" (eq major-mode 'policy-mode) major-mode)
    (apply #'eglot (eglot--guess-contact))
    (probe-check "the server is attached" (eglot-current-server) nil)
    (flymake-mode 1)
    (goto-char (point-min))
    (search-forward "when pr.draft")
    (insert "ed")
    (eglot--signal-textDocument/didChange)
    (flymake-start)
    (probe-check "a mistake has a squiggle" (probe-wait (lambda () (flymake-start) (probe-errors))) (flymake-diagnostics))
    (delete-char -2)
    (eglot--signal-textDocument/didChange)
    (probe-check "and none where it is mended" (probe-wait (lambda () (flymake-start) (not (probe-errors))))
                 (flymake-diagnostics))
    (let ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover
                                  (eglot--TextDocumentPositionParams))))
      (probe-check "hover tells of the field" (string-match-p "draft" (format "%S" hover)) hover))
    (backward-delete-char 5)
    (eglot--signal-textDocument/didChange)
    (let* ((table (nth 2 (eglot-completion-at-point)))
           (offers (all-completions "" table)))
      (probe-check "completion offers fields" (seq-some (lambda (one) (string-prefix-p "draft" one)) offers) offers))
    (insert "draft")
    (eglot--signal-textDocument/didChange)
    (goto-char (point-min))
    (search-forward "that approvals")
    (let ((found (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot))))
      (probe-check "a function leads to its declaration"
                   (string-match-p "pull_request" (format "%S" found)) found))
    (goto-char (point-min))
    (search-forward "deny confl")
    (eglot-rename "merge_conflict")
    (probe-check "a rule is renamed" (save-excursion (goto-char (point-min)) (search-forward "deny merge_conflict" nil t))
                 (buffer-string))
    (goto-char (point-min))
    (search-forward "default allow")
    (backward-char 5)
    (insert "    ")
    (eglot--signal-textDocument/didChange)
    (eglot-format-buffer)
    (probe-check "formatting puts it into style"
                 (save-excursion (goto-char (point-min)) (search-forward "  default allow\n" nil t)) (buffer-string))))

(condition-case problem
    (probe)
  (error (probe-check "the session itself" nil problem)))
(princ (format "%d passed, %d failed\n" probe-passed probe-failed))
(kill-emacs (if (zerop probe-failed) 0 1))

;;; probe.el ends here
